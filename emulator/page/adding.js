/** The dialog that adds a phone. */

import { addPhone, Refused } from "./api.js";

/** The code in an invite link; what is not a link is taken as the code itself. */
export function codeIn(invite) {
  const text = invite.trim();
  const asked = /[?&]start=([^&#]*)/.exec(text);
  return asked ? decodeURIComponent(asked[1]) : text;
}

/** Wire the button and the dialog; `onAdded(phone)` runs with the new phone. */
export function bindAdding({ onAdded }) {
  const dialog = document.getElementById("adding");
  const form = dialog.querySelector("form");
  const fault = document.getElementById("adding-fault");

  document.getElementById("add").addEventListener("click", () => {
    form.reset();
    fault.textContent = "";
    dialog.showModal();
    form.elements.name.focus();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const value = (name) => form.elements[name].value.trim();
    if (!value("name")) {
      fault.textContent = "Please give the phone's owner a name.";
      form.elements.name.focus();
      return;
    }
    const wish = { name: value("name"), language: value("language") || "en" };
    if (value("role")) wish.role = value("role");
    if (value("invite")) wish.start_payload = codeIn(value("invite"));
    try {
      const phone = await addPhone(wish);
      dialog.close();
      onAdded(phone);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      fault.textContent = error.message;
    }
  });
}
