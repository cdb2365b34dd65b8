/** The lower edge of a phone: words to type, files to attach. */

import { bindMenu } from "./menu.js";

const TALLEST_PX = 132;
const PICTURES = "image/png,image/jpeg,image/webp,image/gif";

/**
 * The text field and its buttons. What is typed stays until it was sent: over a
 * lost connection, a refusal, and a reload of the page (`draftKey`).
 * `send(text)` and `attach(file, as)` return promises.
 */
export class Composer {
  constructor(root, { draftKey, send, attach }) {
    this.draftKey = draftKey;
    this.send = send;
    this.attach = attach;
    this.form = root.querySelector(".composer");
    this.field = root.querySelector(".words");
    this.file = root.querySelector(".file");
    this.field.value = sessionStorage.getItem(draftKey) ?? "";
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("paste", (event) => this.#paste(event));
    this.#bindFiles(root);
    this.#changed();
  }

  #bindFiles(root) {
    bindMenu(root.querySelector(".attach"), root.querySelector(".attach-menu"));
    for (const item of root.querySelectorAll("[data-as]")) {
      item.addEventListener("click", () => {
        this.file.accept = item.dataset.as === "photo" ? PICTURES : "";
        this.file.dataset.as = item.dataset.as;
        this.file.click();
      });
    }
    this.file.addEventListener("change", async () => {
      const [file] = this.file.files;
      if (file) await this.attach(file, this.file.dataset.as);
      this.file.value = "";
    });
  }

  #paste(event) {
    const picture = [...event.clipboardData.files].find((file) => file.type.startsWith("image/"));
    if (!picture) return;
    event.preventDefault();
    this.attach(picture, "photo");
  }

  #key(event) {
    // An input method uses Enter to take its proposal: that is not a wish to send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    this.#submit();
  }

  async #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    this.#set("");
    const sent = await this.send(text);
    if (!sent && !this.field.value) this.#set(text);
  }

  #set(text) {
    this.field.value = text;
    this.#changed();
  }

  #changed() {
    sessionStorage.setItem(this.draftKey, this.field.value);
    this.form.classList.toggle("filled", Boolean(this.field.value.trim()));
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST_PX)}px`;
  }
}
