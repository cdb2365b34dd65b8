/** Dates and durations as people read them, in the browser's own time zone. */

const LOCALE = navigator.language.startsWith("en") ? navigator.language : "en";
const format = (options) => new Intl.DateTimeFormat(LOCALE, options);

const CLOCK = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const SHORT = format({ hour: "2-digit", minute: "2-digit" });
const DATE = format({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const DAY = format({ weekday: "long", day: "numeric", month: "long" });

export const clockTime = (date) => CLOCK.format(date);
export const shortTime = (date) => SHORT.format(date);
export const fullDate = (date) => DATE.format(date);
export const dayName = (date) => DAY.format(date);

/** The short name of the time zone that the page shows, such as "EST". */
export const zoneName = (date) =>
  format({ timeZoneName: "short" }).formatToParts(date).find(({ type }) => type === "timeZoneName").value;

const UNITS = [
  [86400, "day", "days"],
  [3600, "h", "h"],
  [60, "min", "min"],
];

/** How far the clock was moved, such as "1 day 2 h ahead"; empty below a minute. */
export function offsetWords(seconds) {
  let rest = Math.round(Math.abs(seconds) / 60) * 60;
  const parts = [];
  for (const [size, one, many] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(`${count} ${count === 1 ? one : many}`);
  }
  return parts.length ? `${parts.slice(0, 2).join(" ")} ${seconds > 0 ? "ahead" : "behind"}` : "";
}

/** A file's size in words. */
export function sizeWords(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
