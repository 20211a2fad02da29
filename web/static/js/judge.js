// Judging a call in calibration: the player and the transcript of the call's page, and answers by keyboard alone.

import { Transcript } from "./call/follow.js";
import { Player } from "./call/player.js";
import { isTyping } from "./keys.js";

const player = new Player(document.getElementById("player"));
const turns = document.getElementById("turns");
if (turns) new Transcript(turns, player);
const stretches = [...document.querySelectorAll("[data-stretches] li")].map(({ dataset }) => ({
  ...dataset,
  start: Number(dataset.start),
  end: Number(dataset.end),
}));
player.draw(stretches, []);

let here = 0;
const items = () => [...document.querySelectorAll("[data-item]")];

function mark(index) {
  const all = items();
  here = Math.max(0, Math.min(index, all.length - 1));
  all.forEach((item, n) => item.classList.toggle("is-here", n === here));
  all[here]?.scrollIntoView({ block: "nearest" });
}

const answer = (n) => items()[here]?.querySelectorAll("button[name=verdict]")[n].click();

const KEYS = {
  j: () => mark(here + 1),
  k: () => mark(here - 1),
  1: () => answer(0),
  2: () => answer(1),
  3: () => answer(2),
  4: () => answer(3),
  " ": () => player.toggle(),
  "[": () => player.faster(-1),
  "]": () => player.faster(1),
  ArrowLeft: () => player.skip(-5),
  ArrowRight: () => player.skip(5),
};

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  if (event.key === " " && event.target.closest("button, summary")) return;
  KEYS[event.key]();
  event.preventDefault();
});

// After an answer the list is drawn anew: go on with the item below the answered one.
let answered = "";
document.addEventListener("htmx:beforeRequest", (event) => {
  answered = event.target.closest("[data-item]")?.id ?? "";
});
document.addEventListener("htmx:afterSettle", () => {
  const index = items().findIndex((item) => item.id === answered);
  mark(index < 0 ? here : index + 1);
});

const first = items().findIndex((item) => !item.querySelector('[aria-pressed="true"]'));
mark(first < 0 ? 0 : first);
