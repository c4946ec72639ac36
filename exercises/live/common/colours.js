// Colours for numbers. They follow the page's light or dark theme: zero is the colour of the surface.

const dark = matchMedia("(prefers-color-scheme: dark)");
let known = {};

/** Calls `redraw` whenever the theme changes. */
export function onTheme(redraw) {
  dark.addEventListener("change", () => {
    known = {};
    redraw();
  });
}

/** [red, green, blue] of a colour of style.css, such as "ink". */
export function colour(name) {
  known[name] ??= parse(getComputedStyle(document.documentElement).getPropertyValue(`--${name}`));
  return known[name];
}

export const css = ([r, g, b], alpha = 1) => `rgb(${r} ${g} ${b} / ${alpha})`;

/** The colour part of the way from one to the other. */
export function mix(from, to, share) {
  return from.map((value, i) => Math.round(value + (to[i] - value) * share));
}

/** Blue for −limit, the surface for 0, orange for +limit. */
export function diverging(value, limit = 1) {
  const share = Math.min(Math.abs(value) / limit, 1);
  return mix(colour("surface"), colour(value < 0 ? "negative" : "positive"), Number.isNaN(share) ? 0 : share);
}

/** The surface for 0, ink for `limit`. */
export function inkScale(value, limit = 1) {
  return mix(colour("surface"), colour("ink"), Math.max(0, Math.min(value / limit, 1)));
}

/** The surface for 0, orange for `limit`: for what is never negative, such as attention. */
export function warmScale(value, limit = 1) {
  return mix(colour("surface"), colour("positive"), Math.max(0, Math.min(value / limit, 1)));
}

/** Black or white, whichever is easier to read on a colour: at least 4.5 : 1. */
export function readable(colour) {
  const [r, g, b] = colour.map((value) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}

/** Colours for a handful of things side by side: Okabe and Ito's, told apart by all common kinds of eyes. */
const OKABE_ITO = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a6fd0", "#8c8c8c"].map(parse);
export const category = (i) => OKABE_ITO[i % OKABE_ITO.length];

function parse(text) {
  const hex = text.trim().slice(1);
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
