/** The emulator's clock in the top bar, and the buttons that move it. */

import { advanceClock, clockToNext, Refused } from "./api.js";
import { clockTime, fullDate, offsetWords, zoneName } from "./time.js";

const NO_NEXT = "Nothing to go to: the service has not said when its next check-in is.";

/** Shows the time of the last state, ticking on from there. */
export class Clock {
  #base = Date.now();
  #since = performance.now();
  #busy = false;

  constructor({ onState, notify }) {
    this.onState = onState;
    this.notify = notify;
    this.time = document.getElementById("clock-time");
    this.date = document.getElementById("clock-date");
    this.zone = document.getElementById("clock-zone");
    this.offset = document.getElementById("clock-offset");
    this.reason = document.getElementById("clock-reason");
    this.next = document.querySelector("[data-to=next]");
    for (const button of document.querySelectorAll(".clock-moves button")) {
      button.addEventListener("click", () => this.#press(button));
    }
    setInterval(() => this.#tick(), 1000);
  }

  show({ now, clock }) {
    this.#base = Date.parse(now);
    this.#since = performance.now();
    const words = offsetWords(clock.offset_seconds);
    this.offset.textContent = words;
    this.offset.hidden = !words;
    // aria-disabled, not disabled: the button stays reachable, so its reason can be read.
    this.next.setAttribute("aria-disabled", String(!clock.can_jump_to_next));
    this.reason.textContent = clock.can_jump_to_next ? "" : NO_NEXT;
    this.next.title = this.reason.textContent;
    this.#tick();
  }

  #tick() {
    const now = new Date(this.#base + performance.now() - this.#since);
    this.time.textContent = clockTime(now);
    this.time.dateTime = now.toISOString();
    this.date.textContent = fullDate(now);
    this.zone.textContent = zoneName(now);
  }

  async #press(button) {
    if (button.getAttribute("aria-disabled") === "true") return this.notify(NO_NEXT);
    if (this.#busy) return undefined;
    this.#busy = true;
    button.setAttribute("aria-busy", "true");
    try {
      const state = button.dataset.to ? await clockToNext() : await advanceClock(Number(button.dataset.seconds));
      this.onState(state);
      const now = new Date(state.now);
      this.notify(`The clock now shows ${fullDate(now)}, ${clockTime(now)}.`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.notify(error.message, { fault: true });
    } finally {
      this.#busy = false;
      button.removeAttribute("aria-busy");
    }
    return undefined;
  }
}
