// The state of an experiment in the address, after the #: so that a link shows what its sender saw.

/** What the address says, as text by name: "#digit=3&right=2" is { digit: "3", right: "2" }. */
export function readState() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

/** Puts `state` into the address, without a new entry in the browser's history. What is null or "" is left out. */
export function writeState(state) {
  const kept = Object.entries(state).filter(([, value]) => value !== null && value !== undefined && value !== "");
  history.replaceState(null, "", kept.length ? `#${new URLSearchParams(kept)}` : location.pathname + location.search);
}

/** Calls `restore` when somebody follows another link to the same page. */
export function onState(restore) {
  addEventListener("hashchange", () => restore(readState()));
}

/** The number that a text says, held between two others; `otherwise` where it says none. */
export function numberIn(text, low, high, otherwise) {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? Math.min(Math.max(value, low), high) : otherwise;
}
