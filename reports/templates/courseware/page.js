"use strict";
const clips = [...document.querySelectorAll(".clip")];
const players = clips.map((clip) => clip.querySelector("audio"));
let at = 0;
for (const part of document.querySelectorAll("[data-live]")) part.hidden = false;

function go(to) {
  at = Math.min(Math.max(to, 0), clips.length - 1);
  clips[at].focus({ preventScroll: true });
  clips[at].scrollIntoView({ block: "start" });
}
clips.forEach((clip, i) => {
  const player = players[i];
  const turns = [...clip.querySelectorAll(".turn")];
  clip.addEventListener("focusin", () => { at = i; });
  player?.addEventListener("play", () => {
    at = i;
    for (const other of players) if (other && other !== player) other.pause();
  });
  player?.addEventListener("timeupdate", () => {
    const now = player.currentTime + 0.05;
    for (const turn of turns) turn.classList.toggle("now", turn.dataset.start <= now && now < turn.dataset.end && !player.ended);
  });
  for (const turn of turns) {
    turn.querySelector(".time").addEventListener("click", () => {
      if (!player) return;
      player.currentTime = Number(turn.dataset.start);
      player.play();
    });
  }
  for (const button of clip.querySelectorAll("[data-choice]")) {
    button.addEventListener("click", () => {
      for (const other of clip.querySelectorAll("[data-choice]")) other.setAttribute("aria-pressed", other === button);
      const right = button.dataset.choice === "right";
      const mark = clip.querySelector(".mark");
      mark.className = `mark ${button.dataset.choice}`;
      mark.textContent = right ? "✓ 答对了" : "✗ 再想想，看看答案";
      clip.querySelector(".answer").open = true;
      count();
    });
  }
});
function count() {
  const marks = [...document.querySelectorAll(".mark.right, .mark.wrong")];
  const right = marks.filter((mark) => mark.classList.contains("right")).length;
  document.querySelector("[data-count]").textContent = marks.length ? `已答 ${marks.length} 题，答对 ${right} 题` : "";
}
document.querySelector("[data-all]").addEventListener("click", (event) => {
  const shown = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", shown);
  for (const answer of document.querySelectorAll(".answer")) answer.open = shown;
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const answer = clips[at]?.querySelector(".answer");
  if (key === " " && !event.target.closest("button, summary, audio, a")) players[at]?.paused ? players[at].play() : players[at]?.pause();
  else if (key === "j") go(at + 1);
  else if (key === "k") go(at - 1);
  else if (key === "a" && answer) answer.open = !answer.open;
  else return;
  event.preventDefault();
});
addEventListener("beforeprint", () => { for (const answer of document.querySelectorAll(".answer")) answer.open = true; });
