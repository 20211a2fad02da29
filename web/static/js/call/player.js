// The player: one <audio> that fetches by range, drawn from numbers that the server made. Nothing is decoded here.

import WaveSurfer from "../../vendor/wavesurfer.esm.js";
import Regions from "../../vendor/wavesurfer-regions.esm.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const LEAD = 0.3; // seconds that are heard before a quote
const HEIGHT = 38; // pixels of a channel; 56 where there is one
const MARK = 0.01; // seconds: a region this short is drawn as a line

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export function clock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export class Player {
  constructor(root) {
    this.root = root;
    this.audio = root.querySelector("[data-audio]");
    this.seconds = Number(root.dataset.seconds);
    this.note = root.querySelector("[data-note]");
    this.audio.hidden = true;
    for (const part of root.querySelectorAll("[data-live]")) part.hidden = false;
    root.addEventListener("click", (event) => this.#clicked(event));
    for (const name of ["play", "pause", "ended"]) this.audio.addEventListener(name, () => this.#showState());
    for (const name of ["timeupdate", "seeking"]) this.audio.addEventListener(name, () => this.#showTime());
    this.audio.addEventListener("error", () => this.#explain());
  }

  get now() {
    return this.audio.currentTime;
  }

  get playing() {
    return !this.audio.paused;
  }

  seek(seconds) {
    this.audio.currentTime = Math.min(Math.max(seconds, 0), this.seconds || seconds);
    this.#showTime();
  }

  playFrom(seconds) {
    this.seek(Math.max(seconds - LEAD, 0));
    this.#play();
  }

  toggle() {
    if (this.playing) this.audio.pause();
    else this.#play();
  }

  skip(seconds) {
    this.seek(this.now + seconds);
  }

  faster(steps) {
    const at = SPEEDS.indexOf(this.audio.playbackRate);
    this.setSpeed(SPEEDS[Math.min(Math.max(at + steps, 0), SPEEDS.length - 1)]);
  }

  setSpeed(speed) {
    this.audio.playbackRate = speed;
    for (const button of this.root.querySelectorAll("[data-speed]")) {
      button.setAttribute("aria-pressed", Number(button.dataset.speed) === speed);
    }
  }

  // stretches: [{what, start, end}]; marks: [{start, tone, title, play}]
  async draw(stretches, marks) {
    this.note.hidden = false;
    const response = await fetch(this.root.dataset.peaks);
    if (!response.ok) {
      const told = await response.json().catch(() => ({}));
      this.note.textContent = told.detail ?? told.error ?? response.statusText;
      return;
    }
    const peaks = await response.json();
    this.note.hidden = true;
    this.seconds = peaks.seconds;
    await this.#makeWave(peaks);
    this.drawMarks(stretches, marks);
    const repaint = () => {
      this.wave.setOptions(this.#colours());
      this.drawMarks(...this.drawn);
    };
    new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  drawMarks(stretches, marks) {
    if (!this.wave) return;
    this.drawn = [stretches, marks];
    this.regions.clearRegions();
    const fixed = { drag: false, resize: false };
    for (const { what, start, end } of stretches) {
      const region = this.regions.addRegion({ start, end, ...fixed, color: "transparent" });
      region.element.classList.add(`stretch-${what}`);
      this.#paint(region.element, what);
    }
    for (const { start, tone, title, play } of marks) {
      const region = this.regions.addRegion({ start, end: start + MARK, ...fixed, color: "transparent" });
      Object.assign(region.element.style, { minWidth: "8px", borderLeft: `2px solid ${colour(tone)}`, cursor: "pointer" });
      region.element.title = title;
      region.on("click", (event) => {
        event.stopPropagation();
        play();
      });
    }
  }

  #makeWave(peaks) {
    const loudest = 127;
    this.regions = Regions.create();
    this.wave = WaveSurfer.create({
      container: this.root.querySelector("[data-wave]"),
      media: this.audio,
      peaks: peaks.channels.map((channel) => channel.map((value) => value / loudest)),
      duration: peaks.seconds,
      cspNonce: this.root.dataset.nonce,
      cursorWidth: 2,
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      plugins: [this.regions],
      ...this.#colours(peaks.channels.length),
    });
    return new Promise((done) => this.wave.once("ready", done));
  }

  #colours(channels = this.wave.options.splitChannels.length) {
    const shown = [...this.root.querySelectorAll(".player__label")];
    return {
      cursorColor: colour("ink"),
      splitChannels: Array.from({ length: channels }, (_, index) => {
        const full = getComputedStyle(shown[index] ?? this.root).color;
        return { height: channels === 1 ? 56 : HEIGHT, waveColor: full.replace(/^rgb\((.*)\)$/, "rgba($1, 0.45)"), progressColor: full };
      }),
    };
  }

  #paint(element, what) {
    const line = colour("still-line");
    Object.assign(element.style, what === "silence"
      ? { background: `repeating-linear-gradient(135deg, ${line} 0 1px, transparent 1px 6px)`, border: `1px solid ${line}` }
      : { background: colour("fault-line"), opacity: "0.55" });
    element.style.pointerEvents = "none";
  }

  #clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if ("togglePlay" in button.dataset) this.toggle();
    if (button.dataset.skip) this.skip(Number(button.dataset.skip));
    if (button.dataset.speed) this.setSpeed(Number(button.dataset.speed));
  }

  #play() {
    this.audio.play().catch((error) => {
      if (error.name !== "AbortError") this.#explain();
    });
  }

  async #explain() {
    if (!this.audio.error) return;
    const response = await fetch(this.root.dataset.peaks);
    const told = response.ok ? {} : await response.json().catch(() => ({}));
    this.note.hidden = false;
    this.note.textContent = told.detail ?? this.audio.error.message;
  }

  #showState() {
    const { playing } = this;
    this.root.querySelector("[data-when-playing]").hidden = !playing;
    this.root.querySelector("[data-when-paused]").hidden = playing;
  }

  #showTime() {
    this.root.querySelector("[data-now]").textContent = clock(this.now);
  }
}
