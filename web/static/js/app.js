// What every page does: the form token for htmx, menus, dialogs, questions before actions, messages, keys, the theme.

import { isTyping } from "./keys.js";

const $ = (selector, within = document) => within.querySelector(selector);
const token = $('meta[name="csrf-token"]').content;

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = token;
});

// Messages. The server says them by a header, HX-Trigger: {"toast": {"kind": "done", "text": "…"}}.
const TONES = { done: "good", refused: "bad" };
const SHOWN_FOR = 6000; // milliseconds

export function toast(text, kind = "info") {
  const note = document.createElement("div");
  note.className = `alert is-${TONES[kind] ?? "info"}`;
  note.append(text);
  show(note, kind === "refused");
}

function show(note, stays) {
  $("#toasts")?.append(note);
  note.addEventListener("click", () => note.remove());
  if (!stays) setTimeout(() => note.remove(), SHOWN_FOR);
}

document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind));
document.addEventListener("htmx:responseError", (event) => {
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const note = answer.querySelector(".alert");
  if (note) show(note, true);
  else toast(answer.body.textContent.trim(), "refused");
});
document.addEventListener("htmx:sendError", () => {
  toast(document.documentElement.lang === "en" ? "The desk cannot be reached. Try again." : "连接不上服务器，请稍后重试。", "refused");
});

// Menus and help are <details>: one is open at a time, and Escape or a click elsewhere closes it. They are placed on the
// window, because tables that scroll would cut them off.
const MARGIN = 8; // pixels to the edges of the window
const open = () => document.querySelectorAll("details.menu[open], details.help[open]");

function closeMenus(except) {
  for (const menu of open()) if (!menu.contains(except)) menu.open = false;
}

function place(menu) {
  const [summary, body] = [menu.firstElementChild, menu.lastElementChild];
  const by = summary.getBoundingClientRect();
  body.style.position = "fixed";
  const { width, height } = body.getBoundingClientRect();
  const toLeft = menu.matches(".help--end, .menu:not(.menu--start)");
  const left = toLeft ? by.right - width : by.left;
  const below = by.bottom + height + MARGIN <= innerHeight || by.top - height < MARGIN;
  Object.assign(body.style, {
    left: `${Math.max(MARGIN, Math.min(left, document.documentElement.clientWidth - width - MARGIN))}px`,
    top: `${below ? by.bottom + 4 : by.top - height - 4}px`,
    right: "auto",
  });
}

const placeAll = () => open().forEach(place);
document.addEventListener("toggle", placeAll, true);
addEventListener("scroll", placeAll, { capture: true, passive: true });
addEventListener("resize", placeAll);

function escape() {
  const [menu] = [...open()].reverse();
  if (!menu) return;
  menu.open = false;
  $("summary", menu).focus();
}

function step(event) {
  const list = event.target.closest("details.menu[open]");
  if (!list) return;
  const items = [$("summary", list), ...list.querySelectorAll(".menu__item")];
  const next = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  items[(next + items.length) % items.length].focus();
  event.preventDefault();
}

// Questions before an action: <form data-confirm="…"> or <button data-confirm="…"> in a form.
async function ask(text) {
  const dialog = $("#confirm");
  $("#confirm-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  return dialog.returnValue === "yes";
}

const answered = new WeakSet(); // forms whose question was answered with yes

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const text = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!text || answered.has(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(text))) return;
  answered.add(form);
  form.requestSubmit(event.submitter);
  answered.delete(form);
}, true);

document.addEventListener("click", (event) => {
  const target = event.target;
  closeMenus(target);
  const opener = target.closest("[data-open]");
  if (opener) {
    closeMenus();
    document.getElementById(opener.dataset.open).showModal();
  }
  if (target.closest("[data-close]")) target.closest("dialog").close();
  if (target.closest("[data-print]")) print();
  const toggle = target.closest("[data-toggle]");
  if (toggle) setDrawer(toggle, toggle.getAttribute("aria-expanded") !== "true");
  else if (!target.closest("#side")) closeDrawer();
  const choice = target.closest("[data-theme-choice]");
  if (choice) {
    globalThis.theme.choose(choice.dataset.themeChoice);
    showChoice();
  }
});

function setDrawer(toggle, isOpen) {
  toggle.setAttribute("aria-expanded", isOpen);
  const drawer = document.getElementById(toggle.dataset.toggle);
  drawer.classList.toggle("side--open", isOpen);
  if (isOpen) $("a", drawer)?.focus();
}

function closeDrawer() {
  const toggle = $('[data-toggle][aria-expanded="true"]');
  if (toggle) setDrawer(toggle, false);
}

function showChoice() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", button.dataset.themeChoice === globalThis.theme.choice);
  }
}

// Keys. An element with data-key is focused, or clicked, by that key; pages with more keys listen for themselves.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    escape();
    closeDrawer();
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  if (event.key === "?") return void $("#keys")?.showModal();
  const bound = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!bound) return;
  event.preventDefault();
  if (bound.matches("input, textarea, select")) bound.focus();
  else bound.click();
});

// Filters that are sent at once: <select data-submit>.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

showChoice();
