/** The phones side by side; on a narrow screen one at a time, with tabs and swiping. */

import { make, wantsStillness } from "./dom.js";

const NARROW = matchMedia("(max-width: 719px)");
/** A swipe has come to rest when nothing scrolled for this long. */
const REST_MS = 120;

const MOVES = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (at, count) => count - 1,
};

export class Shelf {
  #places = [];
  #active = 0;
  #restTimer = 0;

  constructor() {
    this.root = document.getElementById("shelf");
    this.tabs = document.getElementById("tabs");
    this.tabs.addEventListener("keydown", (event) => this.#key(event));
    this.root.addEventListener("scroll", () => this.#scrolled());
    NARROW.addEventListener("change", () => this.#arrange());
    addEventListener("resize", () => NARROW.matches && this.#scrollTo(this.#active, { still: true }));
  }

  /** Put a phone at the end of the row. */
  add(phone) {
    const place = { phone, tab: this.#makeTab(phone), unread: 0 };
    this.#places.push(place);
    this.root.append(phone.root);
    this.tabs.append(place.tab);
    this.rename(phone);
    this.#arrange();
  }

  /** Take a phone away. */
  remove(phone) {
    const place = this.#placeOf(phone);
    this.#places = this.#places.filter((other) => other !== place);
    place.tab.remove();
    phone.root.remove();
    this.#active = Math.max(0, Math.min(this.#active, this.#places.length - 1));
    this.#arrange();
  }

  /** Show the present name and role of a phone on its tab. */
  rename(phone) {
    const { tab } = this.#placeOf(phone);
    tab.querySelector(".tab-name").textContent = phone.info.name;
    tab.querySelector(".tab-role").textContent = phone.info.role ?? "";
  }

  /** Bring a phone into view. */
  reveal(phone) {
    if (NARROW.matches) this.#activate(this.#places.indexOf(this.#placeOf(phone)));
    else phone.root.scrollIntoView({ inline: "nearest", behavior: wantsStillness() ? "instant" : "smooth" });
  }

  /** Count a message that came to a phone which is not in view. */
  noteUnread(phone) {
    const place = this.#placeOf(phone);
    if (!NARROW.matches || place === this.#places[this.#active]) return;
    place.unread += 1;
    this.#drawUnread(place);
  }

  #placeOf(phone) {
    return this.#places.find((place) => place.phone === phone);
  }

  #makeTab(phone) {
    const tab = make(
      "button",
      { type: "button", class: `tab ${[...phone.root.classList].at(-1)}`, role: "tab", id: `tab-${phone.id}` },
      make("span", { class: "tab-name" }),
      make("span", { class: "tab-role" }),
      make("span", { class: "tab-unread", hidden: true }),
    );
    tab.setAttribute("aria-controls", phone.root.id);
    tab.addEventListener("click", () => this.#activate(this.#places.findIndex((place) => place.tab === tab)));
    return tab;
  }

  #drawUnread({ tab, unread }) {
    const mark = tab.querySelector(".tab-unread");
    mark.hidden = !unread;
    mark.textContent = String(unread);
    mark.setAttribute("aria-label", unread === 1 ? "1 new message" : `${unread} new messages`);
  }

  #activate(index) {
    this.#active = index;
    this.#arrange({ scroll: false });
    this.#scrollTo(index);
  }

  /** Fit roles, focusability and marks to the width of the screen and the phone in view. */
  #arrange({ scroll = true } = {}) {
    const narrow = NARROW.matches;
    this.#places.forEach((place, index) => {
      const shown = index === this.#active;
      place.phone.root.setAttribute("role", narrow ? "tabpanel" : "region");
      place.phone.root.inert = narrow && !shown;
      place.tab.setAttribute("aria-selected", String(shown));
      place.tab.tabIndex = shown ? 0 : -1;
      if (shown || !narrow) {
        place.unread = 0;
        this.#drawUnread(place);
      }
    });
    if (narrow && scroll) this.#scrollTo(this.#active, { still: true });
  }

  #scrollTo(index, { still = wantsStillness() } = {}) {
    this.root.scrollTo({ left: index * this.root.clientWidth, behavior: still ? "instant" : "smooth" });
    this.#places[index]?.tab.scrollIntoView({ inline: "nearest", block: "nearest" });
  }

  #scrolled() {
    if (!NARROW.matches) return;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => {
      const index = Math.round(this.root.scrollLeft / this.root.clientWidth);
      if (index === this.#active || !this.#places[index]) return;
      this.#active = index;
      this.#arrange({ scroll: false });
    }, REST_MS);
  }

  #key(event) {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    this.#activate(move(this.#active, this.#places.length));
    this.#places[this.#active].tab.focus();
  }
}
