/** One phone: whose it is, its chat with the bot, and what can be done in it. */

import * as api from "./api.js";
import { Commands } from "./commands.js";
import { Composer } from "./composer.js";
import { copyOf, freshId, initials } from "./dom.js";
import { Log } from "./log.js";
import { bindMenu } from "./menu.js";
import { releaseKeys } from "./message.js";

const TOAST_MS = 4000;
const TYPING_MS = 5000;
const TINTS = 6;

const ACTIONS = {
  typing: "is typing…",
  upload_photo: "is sending a photo…",
  upload_document: "is sending a file…",
};

export class Phone {
  #waiting = null;
  #toastTimer = 0;
  #actionTimer = 0;

  constructor(info) {
    this.id = info.id;
    this.root = copyOf("phone-template");
    this.root.dataset.phone = info.id;
    this.root.id = `phone-${info.id}`;
    this.root.classList.add(`tint-${info.id % TINTS}`);
    this.log = new Log(this.root, { onTap: (...place) => this.#do(() => api.tapKey(this.id, ...place)) });
    this.commands = new Commands(this.root, { onPick: (text) => this.#do(() => api.sendText(this.id, text)) });
    this.composer = new Composer(this.root, {
      draftKey: `draft:${info.id}:${info.name}`,
      send: (text) => this.#do(() => api.sendText(this.id, text)),
      attach: (file, as) => this.#do(() => api.upload(this.id, file, as)),
    });
    this.#bind();
    this.describe(info);
  }

  #part(selector) {
    return this.root.querySelector(selector);
  }

  #bind() {
    bindMenu(this.#part(".more"), this.#part(".more-menu"));
    this.#part(".start").addEventListener("click", () => this.#start());
    this.#part(".do-start").addEventListener("click", () => this.#do(() => api.sendText(this.id, "/start")));
    this.#part(".do-block").addEventListener("click", () => this.#block(!this.info.blocked));
    this.#part(".unblock").addEventListener("click", () => this.#block(false));
    this.#part(".alert button").addEventListener("click", () => this.#closeAlert());
    this.#part(".veil").addEventListener("keydown", ({ key }) => key === "Escape" && this.#closeAlert());
    this.#part(".alert-text").id = freshId("alert");
    this.#part(".alert").setAttribute("aria-labelledby", this.#part(".alert-text").id);
  }

  /** Show what the emulator says about this phone. */
  describe(info) {
    this.info = info;
    const who = info.role ? `${info.name}, ${info.role}` : info.name;
    this.root.setAttribute("aria-label", `Phone of ${who}`);
    this.#part(".log").setAttribute("aria-label", `Messages on the phone of ${info.name}`);
    this.#part(".lines").lang = info.language;
    this.#part(".owner .face").textContent = initials(info.name);
    this.#part(".owner-name").textContent = info.name;
    this.#part(".owner-role").textContent = info.role ?? "";
    this.#part(".owner-language").textContent = info.language;
    this.#part(".blank").textContent = info.started ? "Nothing here yet." : `${info.name} has not opened this chat yet.`;
    const note = this.#part(".start-gate .gate-note");
    note.hidden = !info.start_payload;
    this.#part(".do-block").textContent = info.blocked ? "Unblock the bot" : "Block the bot";
    this.#part(".do-start").hidden = !info.started || info.blocked;
    this.#part(".composer").hidden = !info.started || info.blocked;
    this.#part(".start-gate").hidden = info.started || info.blocked;
    this.#part(".block-gate").hidden = !info.blocked;
  }

  /** Show the bot that this phone talks to. */
  meet({ name, username }) {
    this.#part(".bot-face").textContent = initials(name);
    this.#part(".head-bot").textContent = name;
    this.#part(".head-bot").title = `@${username}`;
  }

  /** Fetch the chat anew; events that arrive meanwhile are kept and follow after it. */
  async load() {
    this.#waiting ??= [];
    try {
      const chat = await api.getChat(this.id);
      this.log.replaceAll(chat.messages);
      this.commands.set(chat.commands);
    } finally {
      const waiting = this.#waiting ?? [];
      this.#waiting = null;
      for (const event of waiting) this.take(event);
    }
  }

  /** Take one event of the stream that is about this phone. */
  take(event) {
    if (this.#waiting) {
      this.#waiting.push(event);
      return;
    }
    const steps = {
      message: () => this.#arrived(event.message),
      edit: () => this.log.put(event.message),
      delete: () => this.log.remove(event.message_id),
      answer: () => this.#answered(event),
      action: () => this.#act(event.action),
      commands: () => this.load().catch((error) => this.#fail(error)),
    };
    steps[event.type]?.();
  }

  #arrived(message) {
    if (message.from === "bot") this.#act(null);
    this.log.put(message);
  }

  #act(action) {
    clearTimeout(this.#actionTimer);
    this.#part(".head-status").textContent = action ? (ACTIONS[action] ?? "is busy…") : "";
    if (action) this.#actionTimer = setTimeout(() => this.#act(null), TYPING_MS);
  }

  #answered({ text, alert }) {
    releaseKeys(this.root);
    if (!text) return;
    if (alert) this.#openAlert(text);
    else this.toast(text);
  }

  /** Show a line over the chat for a few seconds. */
  toast(text, { fault = false } = {}) {
    const node = this.#part(".toast");
    node.textContent = text;
    node.classList.toggle("fault", fault);
    node.classList.add("shown");
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => node.classList.remove("shown"), TOAST_MS);
  }

  #openAlert(text) {
    const within = this.root.contains(document.activeElement);
    this.returnTo = within ? document.activeElement : null;
    this.#part(".alert-text").textContent = text;
    this.#part(".veil").hidden = false;
    for (const part of [".head", ".middle", ".foot"]) this.#part(part).inert = true;
    // Somebody who is typing on another phone is not pulled away from it.
    if (within || document.activeElement === document.body) this.#part(".alert button").focus();
  }

  #closeAlert() {
    this.#part(".veil").hidden = true;
    for (const part of [".head", ".middle", ".foot"]) this.#part(part).inert = false;
    if (this.returnTo?.isConnected) this.returnTo.focus();
    else this.#part(".log").focus({ preventScroll: true });
  }

  async #start() {
    if (!(await this.#do(() => api.pressStart(this.id, this.info.start_payload)))) return;
    this.describe({ ...this.info, started: true });
    this.#part(".words").focus();
  }

  async #block(blocked) {
    if (await this.#do(() => api.setBlocked(this.id, blocked))) this.describe({ ...this.info, blocked });
  }

  /** Run a request; a refusal becomes a line on this phone. True if it went well. */
  async #do(request) {
    try {
      await request();
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #fail(error) {
    if (!(error instanceof api.Refused)) throw error;
    releaseKeys(this.root);
    this.toast(error.message, { fault: true });
  }
}
