/** The control API of the emulator, one function per request. */

/** The emulator said no, or could not be reached; `message` is one line for the reader. */
export class Refused extends Error {}

function reasonIn(text, status) {
  try {
    const body = JSON.parse(text);
    return body.error ?? body.description ?? body.message ?? text;
  } catch {
    return text.split("\n")[0] || `The emulator answered ${status}.`;
  }
}

async function call(path, body) {
  const form = body instanceof FormData;
  const request =
    body === undefined
      ? {}
      : {
          method: "POST",
          body: form ? body : JSON.stringify(body),
          headers: form ? {} : { "Content-Type": "application/json" },
        };
  let response;
  try {
    response = await fetch(`/control/${path}`, { cache: "no-store", ...request });
  } catch {
    throw new Refused("The emulator cannot be reached. Is it still running?");
  }
  const text = await response.text();
  if (!response.ok) throw new Refused(reasonIn(text, response.status));
  return text ? JSON.parse(text) : null;
}

export const getState = () => call("state");
export const addPhone = (phone) => call("phones", phone);
export const getChat = (id) => call(`phones/${id}/chat`);
export const pressStart = (id, payload) => call(`phones/${id}/start`, payload ? { payload } : {});
export const sendText = (id, text) => call(`phones/${id}/send`, { text });
export const tapKey = (id, message_id, row, column) => call(`phones/${id}/tap`, { message_id, row, column });
export const setBlocked = (id, blocked) => call(`phones/${id}/block`, { blocked });
export const advanceClock = (advance_seconds) => call("clock", { advance_seconds });
export const clockToNext = () => call("clock", { to: "next" });

/** Send a file; `as` is "photo" or "document". */
export function upload(id, file, as) {
  const form = new FormData();
  form.append("as", as);
  form.append("file", file, file.name);
  return call(`phones/${id}/upload`, form);
}
