// The clips of a playlist in another order: by dragging, or by Alt with the arrow keys.

import { isTyping } from "./keys.js";

const list = document.querySelector(".clips");
const clips = () => [...list.querySelectorAll(".clip")];
const orderOf = (clip) => Number(clip.dataset.order);
let dragged = null;

function move(clip, to) {
  if (to < 1 || to > clips().length || to === orderOf(clip)) return;
  const form = Object.assign(document.createElement("form"), { method: "post", action: list.dataset.move, hidden: true });
  const values = { csrf: document.querySelector('meta[name="csrf-token"]').content, order: orderOf(clip), to };
  for (const [name, value] of Object.entries(values)) form.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(form);
  form.submit();
}

// A clip is dragged by its grip alone, so that its text can be selected.
list.addEventListener("pointerdown", (event) => {
  const clip = event.target.closest("[data-grip]")?.closest(".clip");
  if (clip) clip.draggable = true;
});
list.addEventListener("dragstart", (event) => {
  dragged = event.target.closest(".clip");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.order);
  dragged.classList.add("clip--dragged");
});
list.addEventListener("dragover", (event) => {
  const over = event.target.closest(".clip");
  if (!dragged || !over) return;
  event.preventDefault();
  for (const clip of clips()) clip.classList.remove("clip--before", "clip--after");
  if (over !== dragged) over.classList.add(below(event, over) ? "clip--after" : "clip--before");
});
list.addEventListener("drop", (event) => {
  const over = event.target.closest(".clip");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const place = orderOf(over) + (below(event, over) ? 1 : 0); // before which it comes
  move(dragged, place > orderOf(dragged) ? place - 1 : place);
});
list.addEventListener("dragend", () => {
  for (const clip of clips()) {
    clip.classList.remove("clip--dragged", "clip--before", "clip--after");
    clip.draggable = false;
  }
  dragged = null;
});

function below(event, clip) {
  const { top, height } = clip.getBoundingClientRect();
  return event.clientY > top + height / 2;
}

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const all = clips();
  const at = all.findIndex((clip) => clip.contains(document.activeElement));
  if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key) && at >= 0) {
    event.preventDefault();
    move(all[at], orderOf(all[at]) + (event.key === "ArrowUp" ? -1 : 1));
  } else if (!isTyping(event) && !event.ctrlKey && !event.metaKey && !event.altKey && ["j", "k"].includes(event.key.toLowerCase())) {
    const next = at < 0 ? 0 : at + (event.key.toLowerCase() === "j" ? 1 : -1);
    all[Math.min(Math.max(next, 0), all.length - 1)]?.focus();
  }
});

// The clip that was moved or saved, named by the address.
document.querySelector(`${location.hash.startsWith("#clip-") ? location.hash : "#none"}`)?.focus();
