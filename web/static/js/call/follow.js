// The transcript follows the player, and the player the transcript.

const LEFT_ALONE = 4000; // milliseconds after somebody scrolled, in which the transcript stays where it is

export class Transcript {
  #quoted = [];
  #scrolledAt = -LEFT_ALONE;

  constructor(list, player) {
    this.list = list;
    this.player = player;
    this.turns = [...list.querySelectorAll(".turn")].map((element) => ({
      element,
      start: Number(element.dataset.start),
      end: Number(element.dataset.end),
    }));
    for (const name of ["wheel", "touchmove"]) {
      list.addEventListener(name, () => (this.#scrolledAt = performance.now()), { passive: true });
    }
    list.addEventListener("click", (event) => this.#clicked(event));
    document.querySelector("[data-notes]")?.addEventListener("click", (event) => {
      const button = event.currentTarget;
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", shown);
      list.classList.toggle("turns--notes", shown);
    });
    for (const name of ["timeupdate", "seeking"]) player.audio.addEventListener(name, () => this.follow());
  }

  follow() {
    const now = this.player.now + 0.05;
    const current = this.turns.filter(({ start, end }) => start <= now && now < end);
    for (const { element } of this.turns) {
      const here = current.some((turn) => turn.element === element);
      if (here !== element.classList.contains("turn--now")) {
        element.classList.toggle("turn--now", here);
        if (here) element.setAttribute("aria-current", "true");
        else element.removeAttribute("aria-current");
        if (here && this.player.playing) this.#show(element);
      }
    }
  }

  // Lights up what is quoted, and brings it into sight.
  quote(id) {
    for (const piece of this.#quoted) piece.classList.remove("piece--on");
    this.#quoted = [...this.list.querySelectorAll(`[data-quotes~="${CSS.escape(id)}"]`)];
    for (const piece of this.#quoted) piece.classList.add("piece--on");
    if (this.#quoted.length) this.#show(this.#quoted[0].closest(".turn"), true);
  }

  // Shades what these places quote.
  shade(places) {
    for (const tone of ["bad", "warn"]) {
      for (const piece of this.list.querySelectorAll(`.piece--${tone}`)) piece.classList.remove(`piece--${tone}`);
    }
    for (const { quote, tone } of places) {
      for (const piece of this.list.querySelectorAll(`[data-quotes~="${CSS.escape(quote)}"]`)) piece.classList.add(`piece--${tone}`);
    }
  }

  #clicked(event) {
    const turn = event.target.closest(".turn");
    if (!turn || getSelection().toString()) return;
    event.preventDefault();
    this.player.playFrom(Number(turn.dataset.start));
  }

  #show(element, always = false) {
    if (!always && performance.now() - this.#scrolledAt < LEFT_ALONE) return;
    const { list } = this;
    if (list.scrollHeight <= list.clientHeight) {
      if (always) element.scrollIntoView({ block: "center" });
      return;
    }
    const middle = element.offsetTop - list.offsetTop - (list.clientHeight - element.offsetHeight) / 2;
    list.scrollTo({ top: middle, behavior: "smooth" });
  }
}
