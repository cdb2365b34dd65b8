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
  #seen = { top: 0, height: 0, room: 0 };

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
    const wanted = new Set(messages.map((message) => message.message_id));
    const gone = [...this.#messages.keys()].filter((id) => !wanted.has(id));
    for (const id of gone) this.#drop(id);
    if (gone.length) this.#drawDays();
    this.#follow(messages.filter((message) => this.#place(message)).length);
  }

  /** Add a message, or put its new version in its old place. */
  put(message) {
    const fresh = this.#place(message);
    if (fresh && message.from === "me") this.#atEnd = true;
    this.#follow(fresh ? 1 : 0);
  }

  remove(messageId) {
    this.#drop(messageId);
    this.#drawDays();
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight;
    this.#look();
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
    if (known) {
      swap(known.node, node);
      return false;
    }
    const after = this.#firstAfter(message.message_id);
    if (after) {
      after.before(node);
      this.#drawDays();
    } else {
      this.#append(node);
    }
    return true;
  }

  #drop(messageId) {
    this.#messages.get(messageId)?.node.remove();
    this.#messages.delete(messageId);
  }

  /** The usual case, without a look at the messages before the last one. */
  #append(node) {
    const last = this.lines.lastElementChild;
    if (!last || this.#dayOf(last) !== this.#dayOf(node)) this.lines.append(this.#dayMark(node));
    this.lines.append(node);
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
    for (const node of [...this.lines.children]) {
      if (this.#dayOf(node) !== day) node.before(this.#dayMark(node));
      day = this.#dayOf(node);
    }
  }

  #dayMark(node) {
    return make("p", { class: "day", "aria-hidden": "true", textContent: this.#dayOf(node) });
  }

  #dayOf(node) {
    return this.#messages.get(Number(node.dataset.messageId)).day;
  }

  /**
   * Say how many messages came while the reader was further up. At the end the
   * observer of the size follows, once per frame however much arrives.
   */
  #follow(fresh) {
    if (this.#atEnd) {
      this.#missed = 0;
      this.chip.hidden = true;
    } else if (fresh) {
      this.#missed += fresh;
      this.chip.textContent = `↓ ${this.#missed} new`;
      this.chip.hidden = false;
    }
  }

  /** Only the reader leaves the end: a picture that loads or a turned screen also scrolls. */
  #scrolled() {
    const was = this.#seen;
    this.#look();
    const { top, height, room } = this.#seen;
    const near = height - top - room < NEAR_PX;
    const byReader = height === was.height && room === was.room;
    if (near) this.#atEnd = true;
    else if (byReader && top < was.top) this.#atEnd = false;
    if (this.#atEnd && (this.#missed || !byReader)) this.toEnd();
  }

  #look() {
    this.#seen = { top: this.box.scrollTop, height: this.box.scrollHeight, room: this.box.clientHeight };
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
