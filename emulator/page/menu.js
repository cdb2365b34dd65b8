/** A button with a small menu: arrows move, Escape or a press elsewhere closes. */

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** Join `button` and the `menu` element (role=menu) that it opens. */
export function bindMenu(button, menu) {
  const items = () => [...menu.querySelectorAll("[role=menuitem]:not([hidden])")];

  function close({ refocus = false } = {}) {
    if (menu.hidden) return;
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (refocus) button.focus();
  }

  function outside(event) {
    if (!menu.contains(event.target) && !button.contains(event.target)) close();
  }

  function open() {
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside, true);
    items()[0].focus();
  }

  button.addEventListener("click", () => (menu.hidden ? open() : close({ refocus: true })));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    open();
  });
  menu.addEventListener("click", () => close({ refocus: true }));
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget) && event.relatedTarget !== button) close();
  });
  menu.addEventListener("keydown", (event) => {
    const list = items();
    const at = list.indexOf(document.activeElement);
    if (event.key === "Escape") {
      event.stopPropagation();
      close({ refocus: true });
    } else if (event.key in STEPS) {
      event.preventDefault();
      list[(at + STEPS[event.key] + list.length) % list.length].focus();
    }
  });
}
