/** One message as an element: words, picture, file, time, and the keys under it. */

import { make } from "./dom.js";
import { shortTime, sizeWords } from "./time.js";

/** How long a pressed key shows progress when no answer comes. */
const PRESSED_MS = 1000;

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const away = { target: "_blank", rel: "noopener noreferrer" };

function photo(message) {
  if (!message.photo) return null;
  const alt = message.text ? `Photo: ${message.text}` : "Photo";
  return make("a", { class: "photo", href: message.photo, ...away }, make("img", { src: message.photo, alt }));
}

function documentLink({ document: file }) {
  if (!file) return null;
  return make(
    "a",
    { class: "document", href: file.url, download: file.name },
    make("span", { class: "document-mark", "aria-hidden": "true", textContent: "↓" }),
    make("span", { class: "document-name", textContent: file.name }),
    make("small", { textContent: sizeWords(file.size) }),
  );
}

function words(message) {
  if (!message.html && !message.text) return null;
  const node = make("div", { class: "text" });
  // The server escaped everything but Telegram's own few tags; the page's policy forbids scripts besides.
  node.innerHTML = message.html || "";
  if (!message.html) node.textContent = message.text;
  for (const link of node.querySelectorAll("a")) Object.assign(link, away);
  for (const spoiler of node.querySelectorAll(".spoiler")) hideUntilPressed(spoiler);
  return node;
}

function hideUntilPressed(spoiler) {
  const reveal = () => spoiler.classList.add("revealed");
  spoiler.tabIndex = 0;
  spoiler.setAttribute("role", "button");
  spoiler.addEventListener("click", reveal);
  spoiler.addEventListener("keydown", ({ key }) => key === "Enter" && reveal());
}

function stamp(message) {
  const date = new Date(message.date);
  return make(
    "span",
    { class: "stamp" },
    message.edited ? make("span", { class: "edited", textContent: "edited " }) : null,
    make("time", { dateTime: message.date, textContent: shortTime(date), title: date.toLocaleString() }),
  );
}

function key(button, place, onTap) {
  if (button.url) {
    return make("a", { class: "key", href: button.url, ...away, data: place, textContent: button.text });
  }
  const node = make("button", { type: "button", class: "key", data: place }, make("span", { textContent: button.text }));
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    setTimeout(() => node.removeAttribute("aria-busy"), PRESSED_MS);
    onTap(Number(place.row), Number(place.column));
  });
  return node;
}

function moveAmongKeys(event) {
  const step = ARROWS[event.key];
  if (!step || !event.target.matches(".key")) return;
  event.preventDefault();
  const { row, column } = event.target.dataset;
  const wantedRow = Number(row) + step[0];
  const sameRow = [...event.currentTarget.querySelectorAll(`[data-row="${wantedRow}"]`)];
  const wanted = step[0] ? Math.min(Number(column), sameRow.length - 1) : Number(column) + step[1];
  sameRow[wanted]?.focus();
}

function keyboard(message, onTap) {
  if (!message.keyboard?.length) return null;
  const node = make("div", { class: "keys", role: "group", "aria-label": "Buttons" });
  message.keyboard.forEach((buttons, row) => {
    const keys = buttons.map((button, column) => key(button, { row, column }, onTap));
    node.append(make("div", { class: "keys-row" }, ...keys));
  });
  node.addEventListener("keydown", moveAmongKeys);
  return node;
}

/** Build the element of a message; `onTap(messageId, row, column)` runs when a key is pressed. */
export function messageElement(message, onTap) {
  const mine = message.from === "me";
  const bubble = make(
    "div",
    { class: message.photo ? "bubble with-photo" : "bubble" },
    make("span", { class: "unseen", textContent: mine ? "You: " : "Bot: " }),
    photo(message),
    documentLink(message),
    words(message),
    stamp(message),
  );
  const tap = (row, column) => onTap(message.message_id, row, column);
  return make(
    "div",
    { class: `message ${mine ? "mine" : "theirs"}`, tabIndex: -1, data: { messageId: message.message_id } },
    bubble,
    keyboard(message, tap),
  );
}

/** End the progress of every pressed key below `root`. */
export function releaseKeys(root) {
  for (const node of root.querySelectorAll(".key[aria-busy]")) node.removeAttribute("aria-busy");
}
