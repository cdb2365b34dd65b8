/** Small helpers to build elements without any library. */

let lastId = 0;

/** A new id, unique in the document, for aria attributes. */
export const freshId = (stem) => `${stem}-${++lastId}`;

/**
 * Make an element. `props` sets properties of the same name; `class`, `data`
 * and names with a dash become attributes; null children are left out.
 */
export function make(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined) continue;
    if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A copy of the first element in the template with this id. */
export const copyOf = (templateId) =>
  document.getElementById(templateId).content.firstElementChild.cloneNode(true);

/** Up to two initials of a name, for the round face beside it. */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  return picked.map((word) => [...word][0].toUpperCase()).join("");
}

/** True where the reader asked the system for less motion. */
export const wantsStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
