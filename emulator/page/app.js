/** The page: it joins the state, the stream of events, the clock and the phones. */

import { bindAdding } from "./adding.js";
import { getState, Refused } from "./api.js";
import { Clock } from "./clock.js";
import { Phone } from "./phone.js";
import { Shelf } from "./shelf.js";
import { listen } from "./stream.js";

const NOTICE_MS = 3500;
const BACK_MS = 3000;

const phones = new Map();
const shelf = new Shelf();
const clock = new Clock({ onState: showState, notify });
const connection = document.getElementById("connection");
let bot = { name: "", username: "" };
let noticeTimer = 0;

/** Show a line at the foot of the page for a few seconds. */
function notify(text, { fault = false } = {}) {
  const node = document.getElementById("notice");
  node.textContent = text;
  node.classList.toggle("fault", fault);
  node.classList.add("shown");
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => node.classList.remove("shown"), NOTICE_MS);
}

function showState(state) {
  clock.show(state);
  bot = state.bot;
  document.getElementById("bot").textContent = bot.name ? `${bot.name} · @${bot.username}` : "";
  const present = new Set(state.phones.map((info) => info.id));
  for (const [id, phone] of phones) {
    if (present.has(id)) continue;
    shelf.remove(phone);
    phones.delete(id);
  }
  for (const info of state.phones) showPhone(info);
  document.body.classList.toggle("empty", phones.size === 0);
}

/** Add or refresh a phone; a new one also fetches its chat. */
function showPhone(info) {
  const known = phones.get(info.id);
  const phone = known ?? new Phone(info);
  phone.describe(info);
  phone.meet(bot);
  if (known) {
    shelf.rename(phone);
  } else {
    phones.set(info.id, phone);
    shelf.add(phone);
    attempt(() => phone.load());
  }
  return phone;
}

/** Run something that asks the emulator; a refusal becomes a line on the page. */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    notify(error.message, { fault: true });
  }
}

const refresh = () => attempt(async () => showState(await getState()));

function onEvent(event) {
  if (event.type === "clock" || event.type === "phones") {
    refresh();
    return;
  }
  const about = phones.has(event.phone) ? [phones.get(event.phone)] : [];
  for (const phone of (event.phone ?? null) === null ? phones.values() : about) {
    phone.take(event);
    if (event.type === "message" && event.message.from === "bot") shelf.noteUnread(phone);
  }
}

/** What happened while nobody listened is fetched anew. */
function onOpen({ again }) {
  const known = [...phones.values()];
  refresh();
  for (const phone of known) attempt(() => phone.load());
  if (!again) return;
  connection.textContent = "Connected again.";
  connection.className = "connection shown";
  setTimeout(() => connection.classList.contains("lost") || (connection.className = "connection"), BACK_MS);
}

function onLost() {
  connection.textContent = "The connection to the emulator is lost. Trying again… What you typed is kept.";
  connection.className = "connection shown lost";
}

bindAdding({
  onAdded(info) {
    const phone = showPhone(info);
    document.body.classList.remove("empty");
    shelf.reveal(phone);
    phone.root.querySelector(".start").focus({ preventScroll: true });
  },
});
listen({ onOpen, onEvent, onLost });
