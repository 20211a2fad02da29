// The score sheet by keyboard alone: one item is current, and keys act on it.

const VERDICTS = { 1: "met", 2: "violated", 3: "not_applicable" };

export class Sheet {
  #current = null; // id of the current item's element
  #heard = 0; // how many of its places were played
  #goOn = false; // to the next item, once the server has taken a confirmation
  #confirmed = null; // id of the item's element that this went on from

  constructor(side, play) {
    this.side = side;
    this.play = play; // plays a place
    side.addEventListener("click", (event) => this.#clicked(event));
    side.addEventListener("focusin", (event) => {
      // Not while a mouse button is down on a link: items that unfold would move it away from under the mouse.
      if (event.target.matches(".item, :focus-visible")) this.#select(event.target.closest(".item"));
    });
    side.addEventListener("keydown", (event) => this.#typed(event));
  }

  get items() {
    return [...this.side.querySelectorAll(".item[id]")];
  }

  get current() {
    return this.#current ? document.getElementById(this.#current) : null;
  }

  // After the server sent the sheet anew.
  restore() {
    const item = this.current;
    if (!item) return;
    item.classList.add("item--now");
    item.focus({ preventScroll: true });
    if (this.#goOn) {
      this.move(1);
      this.#confirmed = item.id;
    }
    this.#goOn = false;
  }

  move(steps) {
    const { items } = this;
    const at = items.indexOf(this.current);
    const next = items[at < 0 ? (steps > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + steps, 0), items.length - 1)];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }

  // Returns whether the key meant something.
  press(key) {
    if (key === "j" || key === "ArrowDown") this.move(1);
    else if (key === "k" || key === "ArrowUp") this.move(-1);
    else if (key === "c") this.#confirm();
    else if (key === "o") this.#override();
    else if (key === "n") this.#override(true);
    else if (key === "a") this.side.querySelector('[data-do="all"]')?.click();
    else if (key === "t") this.#teach();
    else if (key === "e") this.#playNext();
    else return false;
    return true;
  }

  #confirm() {
    const button = this.current?.querySelector('[data-do="confirm"]');
    this.#goOn = Boolean(button);
    button?.click();
  }

  // The current item, or the one just confirmed, from which C went on: neither asks for a step back.
  #teach() {
    const items = [this.current, document.getElementById(this.#confirmed)];
    const item = items.find((one) => one?.querySelector('[data-do="teach"]'));
    if (item) {
      item.focus({ preventScroll: true });
      item.querySelector('[data-do="teach"]').click();
    } else if (this.side.dataset.unjudged) {
      document.dispatchEvent(new CustomEvent("toast", { detail: { kind: "info", text: this.side.dataset.unjudged } }));
    }
  }

  #select(item) {
    if (!item?.id || item.id === this.#current) return;
    this.current?.classList.remove("item--now");
    this.#current = item.id;
    this.#confirmed = null;
    this.#heard = 0;
    item.classList.add("item--now");
  }

  #clicked(event) {
    const place = event.target.closest(".place");
    if (place) {
      event.preventDefault();
      this.play(place);
    }
    // Some findings quote nothing: then the turn that plays now is what the example is about.
    const turn = event.target.closest('[data-do="teach"]')?.form.querySelector("[data-turn]");
    if (turn) turn.value = document.querySelector(".turn--now")?.id.replace("turn-", "") ?? "";
    this.#select(event.target.closest(".item"));
  }

  #playNext() {
    const item = this.current ?? (this.items.length === 1 ? this.items[0] : null);
    const places = [...(item?.querySelectorAll(".place") ?? [])];
    if (places.length) this.play(places[this.#heard++ % places.length]);
  }

  // Opens the form of the current item; for a note the machine's verdict is chosen already.
  #override(note = false) {
    const form = this.current?.querySelector("[data-override]");
    if (!form) return;
    form.open = true;
    const machine = form.querySelector("[data-machine]");
    if (note && machine) machine.checked = true;
    form.querySelector(note && machine ? '[name="reason"]' : '[name="verdict"]').focus();
  }

  #typed(event) {
    const form = event.target.closest("[data-override]");
    if (!form?.open) return;
    if (event.key === "Escape") {
      form.open = false;
      this.current.focus();
      event.stopPropagation();
    }
    if (event.target.name !== "verdict" || !(event.key in VERDICTS)) return;
    form.querySelector(`[value="${VERDICTS[event.key]}"]`).checked = true;
    form.querySelector('[name="reason"]').focus();
    event.preventDefault();
  }
}
