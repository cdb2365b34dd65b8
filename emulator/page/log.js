/** The messages of one chat, in order, kept at the newest unless the reader scrolled up. */

import { make } from "./dom.js";
import { messageElement } from "./message.js";
import { dayName } from "./time.js";

/** Closer to the end than this many pixels counts as being at the end. */
const NEAR_PX = 48;

/** Owns the log element, its lines, and the chip that leads to the newest message. */
export class Log {
  #messages = new Map();
  #atEnd = true;
  #missed = 0;
  #top = 0;

  constructor(root, { onTap }) {
    this.onTap = onTap;
    this.box = root.querySelector(".log");
    this.lines = root.querySelector(".lines");
    this.chip = root.querySelector(".newest");
    this.chip.addEventListener("click", () => {
      this.toEnd();
      this.box.focus({ preventScroll: true });
    });
    this.box.addEventListener("scroll", () => this.#scrolled());
    const grown = new ResizeObserver(() => this.#atEnd && this.toEnd());
    grown.observe(this.lines);
    grown.observe(this.box);
  }

  /** Show exactly these messages, keeping the elements of those that did not change. */
  replaceAll(messages) {
    const kept = new Set(messages.map((message) => message.message_id));
    for (const [id, { node }] of this.#messages) {
      if (kept.has(id)) continue;
      node.remove();
      this.#messages.delete(id);
    }
    const fresh = messages.filter((message) => this.#place(message)).length;
    this.#drawDays();
    this.#follow(fresh);
  }

  /** Add a message, or put its new version in its old place. */
  put(message) {
    const fresh = this.#place(message);
    if (fresh) this.#drawDays();
    if (fresh && message.from === "me") this.toEnd();
    else this.#follow(fresh ? 1 : 0);
  }

  remove(messageId) {
    this.#messages.get(messageId)?.node.remove();
    this.#messages.delete(messageId);
    this.#drawDays();
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight;
    this.#top = this.box.scrollTop;
    this.#atEnd = true;
    this.#missed = 0;
    this.chip.hidden = true;
  }

  /** True if the message was not there before. */
  #place(message) {
    const known = this.#messages.get(message.message_id);
    const version = JSON.stringify(message);
    if (known?.version === version) return false;
    const node = messageElement(message, this.onTap);
    this.#messages.set(message.message_id, { node, version, day: dayName(new Date(message.date)) });
    if (known) swap(known.node, node);
    else this.lines.insertBefore(node, this.#firstAfter(message.message_id));
    return !known;
  }

  #firstAfter(messageId) {
    let after = null;
    for (let node = this.lines.lastElementChild; node; node = node.previousElementSibling) {
      if (!node.dataset.messageId) continue;
      if (Number(node.dataset.messageId) < messageId) break;
      after = node;
    }
    return after;
  }

  #drawDays() {
    for (const old of this.lines.querySelectorAll(".day")) old.remove();
    let day = "";
    for (const node of this.lines.querySelectorAll(".message")) {
      const own = this.#messages.get(Number(node.dataset.messageId)).day;
      if (own !== day) node.before(make("p", { class: "day", "aria-hidden": "true", textContent: own }));
      day = own;
    }
  }

  /** Stay at the end, or say how many messages came while the reader was further up. */
  #follow(fresh) {
    if (this.#atEnd) {
      this.toEnd();
    } else if (fresh) {
      this.#missed += fresh;
      this.chip.textContent = `↓ ${this.#missed} new`;
      this.chip.hidden = false;
    }
  }

  /** Only a move upwards leaves the end: a picture that loads also makes a distance to it. */
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (near) this.#atEnd = true;
    else if (scrollTop < this.#top) this.#atEnd = false;
    this.#top = scrollTop;
    if (near && this.#missed) this.toEnd();
  }
}

/** Replace a message by its new version without losing the place of a keyboard reader. */
function swap(old, next) {
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  next.classList.add("changed");
  old.replaceWith(next);
  if (!held) return;
  const { row, column } = held.dataset;
  const target = next.querySelector(`[data-row="${row}"][data-column="${column}"]`) ?? next.querySelector(".key") ?? next;
  target.focus({ preventScroll: true });
}
