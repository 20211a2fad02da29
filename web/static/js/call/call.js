// The page of a call: player, transcript and sheet together, and the keys.

import { isTyping } from "../keys.js";
import { Transcript } from "./follow.js";
import { Player } from "./player.js";
import { Sheet } from "./sheet.js";

const $ = (selector) => document.querySelector(selector);
const numbers = ({ dataset }) => ({ ...dataset, start: Number(dataset.start), end: Number(dataset.end) });

const player = new Player($("#player"));
const transcript = $("#turns") ? new Transcript($("#turns"), player) : null;
const side = $(".call__side");
const sheet = new Sheet(side, play);
const stretches = [...document.querySelectorAll("[data-stretches] li")].map(numbers);

function play(place) {
  const { start, quote } = numbers(place);
  for (const one of document.querySelectorAll(".place--on")) one.classList.remove("place--on");
  place.classList.add("place--on");
  history.replaceState(null, "", place.hash);
  transcript?.quote(quote);
  player.playFrom(start);
}

$(".summary")?.addEventListener("click", (event) => {
  const place = event.target.closest(".place");
  if (!place) return;
  event.preventDefault();
  play(place);
});

// What violations and doubts rest on; other places only tell where was looked.
function telling() {
  const places = side.querySelectorAll('.place[data-telling]:not([data-tone="good"])');
  return [...places].map((place) => ({ ...numbers(place), title: place.textContent.trim(), play: () => play(place) }));
}

// One line for each second that something rests on, the worst of what is there.
function marks() {
  const at = new Map();
  for (const one of telling()) if (at.get(one.start)?.tone !== "bad") at.set(one.start, one);
  return [...at.values()];
}

function toFragment() {
  const seconds = Number(new URLSearchParams(location.hash.slice(1)).get("t") ?? $("#call").dataset.at ?? NaN);
  if (!Number.isFinite(seconds)) return;
  player.seek(seconds);
  transcript?.follow();
  $(".turn--now")?.scrollIntoView({ block: "nearest" });
}

$("#call").classList.add("call--live");

// Of an appeal only what was said around the contested place is in sight, until all is asked for.
const all = $("[data-all-turns]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    const shown = $("#turns").classList.toggle("turns--near");
    all.setAttribute("aria-pressed", !shown);
  });
}

transcript?.shade(telling());
player.draw(stretches, marks()).then(toFragment);
addEventListener("hashchange", toFragment);

side.addEventListener("htmx:afterSettle", () => {
  sheet.restore();
  transcript?.shade(telling());
  player.drawMarks(stretches, marks());
});

const KEYS = {
  " ": () => player.toggle(),
  "[": () => player.faster(-1),
  "]": () => player.faster(1),
  ArrowLeft: () => player.skip(-5),
  ArrowRight: () => player.skip(5),
  Enter: () => $("[data-next]")?.click(),
};

// With caps lock on, a letter comes as its capital.
const unlocked = (key) => (key.length === 1 ? key.toLowerCase() : key);

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open], details.menu[open]")) return;
  const pressed = event.target.closest("button, summary, a");
  if (pressed && (event.key === "Enter" || (event.key === " " && !pressed.matches("a")))) return;
  if (KEYS[event.key]) KEYS[event.key]();
  else if (!sheet.press(event.shiftKey ? event.key : unlocked(event.key))) return;
  event.preventDefault();
});
