/** The stream of events: opened again by itself whenever it breaks. */

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5000;

/**
 * Listen for ever. `onOpen` runs at each (re)connection, before its events:
 * what was missed meanwhile has to be fetched there. `onLost` runs once per break.
 */
export function listen({ onOpen, onEvent, onLost }) {
  let wait = FIRST_WAIT_MS;
  let lost = false;

  function open() {
    const source = new EventSource("/control/events");
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
      onOpen({ again: lost });
      lost = false;
    };
    source.onmessage = (event) => onEvent(JSON.parse(event.data));
    source.onerror = () => {
      // The browser's own retry stops for good at an HTTP error, so ours replaces it.
      source.close();
      if (!lost) onLost();
      lost = true;
      setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
  }

  open();
}
