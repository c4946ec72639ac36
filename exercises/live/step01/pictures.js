// Pictures of a toy model: arrows, Gram matrix, dimensionality, loss, the map of phases.

import { category, colour, css, diverging } from "../common/colours.js";
import { heatmap, path, scale, sharp, svg } from "../common/plots.js";
import { featureDimensionality, gram, phaseLosses, represented } from "./geometry.js";

const REACH = 1.45; // of the plane's picture, in both directions
const SHAPES = { "pentagon": 2 / 5, "opposite pair": 1 / 2, "triangle": 2 / 3, "alone": 1, "antiprism": 3 / 8 };

/** The end of each arrow in the picture's plane, [x, y, depth]: three dimensions are turned by `turn` first. */
export function ends({ hidden, features, W }, turn) {
  return Array.from({ length: features }, (_, i) => {
    const [x, y = 0, z = 0] = Array.from({ length: hidden }, (_, k) => W[k * features + i]);
    if (hidden < 3) return [x, y, 0];
    const [across, deep] = [x * Math.cos(turn.yaw) + z * Math.sin(turn.yaw), z * Math.cos(turn.yaw) - x * Math.sin(turn.yaw)];
    return [across, y * Math.cos(turn.pitch) - deep * Math.sin(turn.pitch), deep * Math.cos(turn.pitch) + y * Math.sin(turn.pitch)];
  });
}

/** Arrows from the middle, a trail where their ends have been, and rings at ½ and 1. */
export function drawPlane(canvas, model, trail, turn) {
  const { context, width } = sharp(canvas);
  const place = scale([-REACH, REACH], [0, width]);
  const at = ([x, y]) => [place(x), width - place(y)];
  context.lineWidth = 1;
  context.strokeStyle = css(colour("line"));
  for (const radius of [0.5, 1]) {
    context.beginPath();
    context.arc(width / 2, width / 2, (radius / REACH / 2) * width, 0, 2 * Math.PI);
    context.stroke();
  }
  context.beginPath();
  context.moveTo(0, width / 2);
  context.lineTo(width, width / 2);
  if (model.hidden > 1) context.moveTo(width / 2, 0), context.lineTo(width / 2, width);
  context.stroke();
  const now = ends(model, turn);
  context.lineWidth = 1.5;
  now.forEach((_, i) => {
    for (let t = 1; t < trail.length; t++) {
      context.strokeStyle = css(category(i), 0.45 * (t / trail.length));
      context.beginPath();
      context.moveTo(...at(trail[t - 1][i]));
      context.lineTo(...at(trail[t][i]));
      context.stroke();
    }
  });
  context.lineCap = "round";
  context.font = "600 15px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const i of now.map((_, i) => i).sort((a, b) => now[a][2] - now[b][2])) {
    const near = model.hidden < 3 ? 1 : 0.55 + 0.45 * Math.min(Math.max((now[i][2] + 1.2) / 2.4, 0), 1);
    context.strokeStyle = context.fillStyle = css(category(i), near);
    context.lineWidth = 4 * near;
    context.beginPath();
    context.moveTo(width / 2, width / 2);
    context.lineTo(...at(now[i]));
    context.stroke();
    context.beginPath();
    context.arc(...at(now[i]), 11 * near, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = "#fff";
    context.fillText(i, at(now[i])[0], at(now[i])[1] + 1);
  }
}

/** WᵀW, and b in a column apart. */
export function drawGram(canvas, model) {
  const n = model.features;
  const products = gram(model);
  const values = Array.from({ length: n * (n + 2) }, (_, at) => {
    const [i, j] = [Math.floor(at / (n + 2)), at % (n + 2)];
    return j < n ? products[i * n + j] : j === n ? NaN : model.b[i];
  });
  heatmap(canvas, values, n, n + 2, (value) => diverging(value, 1.2));
  canvas.setAttribute("aria-label", `WᵀW: ${products.reduce((most, v, i) => (i % (n + 1) ? Math.min(most, v) : most), 0).toFixed(2)} at least, off the diagonal`);
}

/** A bar for each feature's D, on lines for the shapes that D tells of; pale where the feature is left out. */
export function drawShare(picture, model) {
  const [width, height] = [picture.clientWidth, picture.clientHeight];
  const D = featureDimensionality(model);
  const length = represented(model);
  const y = scale([0, 1.08], [height - 22, 4]);
  const each = (width - 92) / model.features;
  picture.replaceChildren(
    ...Object.entries(SHAPES).flatMap(([name, value]) => [
      svg("path", { class: "axis", d: `M0,${y(value)}H${width - 88}` }),
      svg("text", { x: width - 84, y: y(value) + (name === "antiprism" ? 11 : name === "pentagon" ? -1 : 4) }, `${name}`),
    ]),
    svg("path", { class: "axis", d: `M0,${y(0)}H${width - 88}` }),
    ...Array.from(D, (value, i) => svg("rect", {
      x: i * each + 2, width: Math.max(each - 4, 2), y: y(value), height: y(0) - y(value), rx: 3,
      fill: css(category(i), length[i] > 0.5 ? 1 : 0.35),
    })),
    ...Array.from(D, (_, i) => svg("text", { x: (i + 0.5) * each, y: height - 6, "text-anchor": "middle" }, `${i}`)),
  );
  picture.setAttribute("aria-label", `D of each feature: ${Array.from(D, (value) => value.toFixed(2)).join(", ")}`);
}

/** The loss of this run, on a logarithmic scale. */
export function drawLoss(picture, losses, steps) {
  const [width, height] = [picture.clientWidth, picture.clientHeight];
  const values = losses.map(([, loss]) => loss);
  if (values.length < 2) return;
  const y = scale([Math.min(...values) * 0.9, Math.max(...values)], [height - 16, 6], true);
  const x = scale([0, steps], [2, width - 2]);
  const last = values.at(-1);
  picture.replaceChildren(
    svg("path", { class: "axis", d: `M0,${height - 14}H${width}` }),
    svg("path", { d: path(losses.map(([step]) => x(step)), values.map(y)), fill: "none", stroke: css(colour("accent")), "stroke-width": 2 }),
    svg("text", { x: 0, y: height - 1 }, `now ${last.toPrecision(2)}`),
    svg("text", { x: width, y: height - 1, "text-anchor": "end" }, `${steps} steps`),
  );
  picture.setAttribute("aria-label", `Loss now ${last.toPrecision(2)}`);
}

export const MAP = { side: 60, density: [0.01, 1], importance: [0.1, 10] };

/** The way of least expected loss at every place of the map: sparser to the left, second feature more important upwards. */
export function drawMap(canvas) {
  const density = scale([0, MAP.side - 1], MAP.density.map(Math.log));
  const importance = scale([MAP.side - 1, 0], MAP.importance.map(Math.log));
  const best = Array.from({ length: MAP.side ** 2 }, (_, at) => {
    const losses = phaseLosses(Math.exp(density(at % MAP.side)), Math.exp(importance(Math.floor(at / MAP.side))));
    return losses.indexOf(Math.min(...losses));
  });
  const colours = ["faint", "negative", "positive"].map(colour);
  heatmap(canvas, best, MAP.side, MAP.side, (phase) => colours[phase]);
}
