// Judging a call in calibration: play from a turn, and answer by keyboard alone.
const player = document.querySelector("[data-player]");
let here = 0;

const items = () => [...document.querySelectorAll("[data-item]")];

function mark(index) {
  const all = items();
  here = Math.max(0, Math.min(index, all.length - 1));
  all.forEach((item, n) => item.classList.toggle("is-here", n === here));
  all[here]?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const turn = event.target.closest("[data-play]");
  if (turn && player) {
    player.currentTime = Number(turn.dataset.play);
    player.play();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (event.key === "j") mark(here + 1);
  else if (event.key === "k") mark(here - 1);
  else if (/^[1-4]$/.test(event.key)) items()[here]?.querySelectorAll("button[name=verdict]")[event.key - 1].click();
  else if (event.key === " " && player && !event.target.closest("button, a")) player.paused ? player.play() : player.pause();
  else return;
  event.preventDefault();
});

// After an answer the list is drawn anew: go on with the next item.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "items" || document.getElementById("items")) {
    const answered = event.detail.requestConfig.parameters.get?.("item");
    const index = items().findIndex((item) => item.id === answered);
    mark(index < 0 ? here : index + 1);
  }
});

const first = items().findIndex((item) => !item.classList.contains("is-answered"));
mark(first < 0 ? 0 : first);
