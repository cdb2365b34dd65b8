/** The list of commands: opened by the "/" button, or by typing "/" and narrowed by what follows. */

import { freshId, make } from "./dom.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** A listbox above the text field; `onPick(command)` runs with the chosen command, such as "/help". */
export class Commands {
  #all = [];
  #at = -1;

  constructor(root, { onPick }) {
    this.onPick = onPick;
    this.list = root.querySelector(".commands");
    this.button = root.querySelector(".slash");
    this.field = root.querySelector(".words");
    this.list.id = freshId("commands");
    this.button.setAttribute("aria-controls", this.list.id);
    this.field.setAttribute("aria-controls", this.list.id);
    this.button.addEventListener("click", () => (this.list.hidden ? this.#openAll() : this.close()));
    this.field.addEventListener("input", () => this.#narrow());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("keydown", (event) => this.#key(event));
    root.querySelector(".foot").addEventListener("focusout", (event) => {
      if (!event.currentTarget.contains(event.relatedTarget)) this.close();
    });
  }

  /** Take a new set of commands; without any, the button goes away. */
  set(commands) {
    this.#all = commands;
    this.button.hidden = !commands.length;
    if (!this.list.hidden) this.#narrow();
  }

  close() {
    this.#show([]);
  }

  #openAll() {
    this.#show(this.#all);
    this.#mark(0);
    this.list.focus();
  }

  #narrow() {
    const typed = /^\/(\S*)$/.exec(this.field.value);
    const start = typed?.[1].toLowerCase();
    this.#show(typed ? this.#all.filter(({ command }) => command.startsWith(start)) : []);
  }

  #show(commands) {
    const options = commands.map(({ command, description }) => {
      const option = make(
        "div",
        { class: "command", role: "option", id: freshId("command"), "aria-selected": "false", data: { command } },
        make("b", { textContent: `/${command}` }),
        make("span", { textContent: description }),
      );
      option.addEventListener("click", () => this.#pick(option));
      return option;
    });
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    this.#at = -1;
    for (const opener of [this.button, this.field]) opener.setAttribute("aria-expanded", String(!this.list.hidden));
    this.field.removeAttribute("aria-activedescendant");
  }

  #mark(at) {
    const options = [...this.list.children];
    this.#at = (at + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.#at)));
    const chosen = options[this.#at];
    chosen.scrollIntoView({ block: "nearest" });
    for (const holder of [this.field, this.list]) holder.setAttribute("aria-activedescendant", chosen.id);
  }

  #key(event) {
    if (this.list.hidden) return;
    if (event.key in STEPS) {
      event.preventDefault();
      const from = this.#at < 0 && STEPS[event.key] < 0 ? 0 : this.#at;
      this.#mark(from + STEPS[event.key]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
      this.field.focus();
    } else if ((event.key === "Enter" || (event.key === " " && event.target === this.list)) && this.#at >= 0) {
      event.preventDefault();
      this.#pick(this.list.children[this.#at]);
    }
  }

  #pick(option) {
    this.close();
    this.field.focus();
    this.onPick(`/${option.dataset.command}`);
  }
}
