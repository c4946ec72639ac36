// The page: sliders to the worker that trains, its models to the pictures.

import { onTheme } from "../common/colours.js";
import { calm, eachFrame, openPage } from "../common/page.js";
import { scale } from "../common/plots.js";
import { numberIn, onState, readState, writeState } from "../common/state.js";
import { featureDimensionality, gaps, gram, phaseLosses, represented } from "./geometry.js";
import { MAP, drawGram, drawLoss, drawMap, drawPlane, drawShare, ends } from "./pictures.js";
import { Adam, lossAndGradient } from "./toy_model.js";

const find = (id) => document.getElementById(id);
const FIRST = { features: 5, hidden: 2, density: 0.02, importance: 0.9 };
const TRAIL = 240; // frames for which one sees where the arrows have been
const KEPT = ["features", "hidden", "density", "importance"];
const toDensity = scale([0, 1], MAP.density.map(Math.log)); // of the slider's 0 … 1
const fromDensity = scale(MAP.density, [0, 1], true);

openPage(async () => {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  let settings = { ...FIRST };
  let model, losses = [], trail = [], frames = 0;
  let running = true;
  const turn = { yaw: 0.5, pitch: 0.35 };

  const draw = eachFrame(() => {
    if (!model) return;
    if (model.hidden === 3 && !calm() && model.running) turn.yaw += 0.006;
    drawPlane(find("plane"), model, model.hidden === 3 ? [] : trail, turn);
    drawGram(find("gram"), model);
    drawShare(find("share"), model);
    drawLoss(find("loss"), losses, model.steps);
    find("progress").textContent = `step ${model.step} of ${model.steps}`;
    find("pause").textContent = running ? "Pause" : "Go on";
    find("pause").disabled = model.step === model.steps;
    find("plane").setAttribute("aria-label", `${model.features} features as arrows; lengths ${Array.from(represented(model), (l) => l.toFixed(2)).join(", ")}`);
    const said = model.running ? "Training …" : seen(model);
    if (find("verdict").textContent !== said) find("verdict").textContent = said;
    frames += 1;
  });

  worker.onmessage = ({ data }) => {
    if (!data.features) return;
    if (!model || model.features !== data.features || model.hidden !== data.hidden || data.step === 0) [losses, trail] = [[], []];
    model = data;
    if (data.loss !== null) losses.push([data.step, data.loss]);
    trail.push(ends(model, turn));
    if (trail.length > TRAIL) trail.shift();
    draw();
  };

  function send({ restart = false } = {}) {
    const { features, hidden, density, importance } = settings;
    running = true;
    worker.postMessage({ settings: { features, hidden, probability: density, importance }, restart, running });
    showSettings();
    writeState(settings);
  }

  function showSettings() {
    find("features").value = settings.features;
    find("hidden").value = settings.hidden;
    find("density").value = fromDensity(settings.density);
    find("importance").max = Math.max(1, settings.importance); // the map knows larger ones
    find("importance").value = settings.importance;
    find("features-said").textContent = settings.features;
    find("hidden-said").textContent = settings.hidden;
    find("density-said").textContent = settings.density.toPrecision(2);
    find("importance-said").textContent = settings.importance.toFixed(2);
    find("density").setAttribute("aria-valuetext", settings.density.toPrecision(2));
    const clipped = Math.min(Math.max(settings.importance, MAP.importance[0]), MAP.importance[1]);
    find("point").style.left = `${100 * fromDensity(settings.density)}%`;
    find("point").style.top = `${100 - 100 * scale(MAP.importance, [0, 1], true)(clipped)}%`;
    const losses = phaseLosses(settings.density, settings.importance);
    const phase = ["the second is ignored", "the second has the dimension", "they stand opposite each other"][losses.indexOf(Math.min(...losses))];
    find("map").setAttribute("aria-label", `Map of what becomes of two features in one dimension. At your point ${phase}.`);
  }

  const READ = {
    features: (value) => Number(value), hidden: (value) => Number(value), importance: (value) => Number(value),
    density: (value) => Number(Math.exp(toDensity(Number(value))).toPrecision(3)),
  };
  for (const [name, read] of Object.entries(READ)) {
    find(name).addEventListener("input", () => {
      settings = { ...settings, [name]: read(find(name).value) };
      send({ restart: name === "features" || name === "hidden" }); // another network
    });
  }
  find("restart").addEventListener("click", () => send({ restart: true }));
  find("pause").addEventListener("click", () => {
    running = !running;
    worker.postMessage({ running });
  });
  find("map").addEventListener("click", (event) => {
    const box = find("map").getBoundingClientRect();
    const importance = scale([1, 0], MAP.importance.map(Math.log))((event.clientY - box.top) / box.height);
    const density = READ.density((event.clientX - box.left) / box.width);
    settings = { features: 2, hidden: 1, density, importance: Number(Math.exp(importance).toPrecision(3)) };
    send({ restart: true });
  });
  turnable(find("plane"), turn, draw);

  function restore(state) {
    settings = {
      features: Math.round(numberIn(state.features, 2, 10, FIRST.features)),
      hidden: Math.round(numberIn(state.hidden, 1, 3, FIRST.hidden)),
      density: numberIn(state.density, ...MAP.density, FIRST.density),
      importance: numberIn(state.importance, ...MAP.importance, FIRST.importance),
    };
    send({ restart: true });
  }

  const redraw = () => {
    drawMap(find("map"));
    draw();
  };
  addEventListener("resize", draw);
  onTheme(redraw);
  onState(restore);
  restore(Object.fromEntries(KEPT.map((name) => [name, readState()[name]])));
  redraw();

  /** Loss, gradient and everything read from the weights of a model, as the page computes it. */
  function compute({ model, x, importance }) {
    return { ...lossAndGradient(model, x, importance), represented: represented(model), gram: gram(model), D: featureDimensionality(model), gaps: model.hidden > 1 ? gaps(model) : [] };
  }
  return { compute, phaseLosses, Adam, now: () => model, frames: () => frames, restart: () => send({ restart: true }) };
});

/** What one sees when training has ended, in words. */
function seen(model) {
  const { features, hidden } = model;
  const kept = Array.from(represented(model)).filter((length) => length > 0.5).length;
  const D = Array.from(featureDimensionality(model)).filter((_, i) => represented(model)[i] > 0.5);
  const [room, of] = [`${hidden} dimension${hidden > 1 ? "s" : ""}`, kept < features ? `${kept} of ${features}` : features === 2 ? "Both" : `All ${features}`];
  const start = `${of} features, ${room}`;
  if (hidden === 2 && kept === 5 && features === 5) {
    const off = Math.max(...gaps(model).map((gap) => Math.abs(gap - 72)));
    if (off < 8) return `${start}: a regular pentagon, each angle within ${off.toFixed(1)}° of 72°.`;
  }
  const near = (value) => D.length && D.every((d) => Math.abs(d - value) < 0.04);
  if (near(1)) return `${start}: ${kept === 1 ? "it has it" : "each has a dimension"} to itself.`;
  if (near(0.5)) return `${start}: pairs of opposites, half a dimension each.`;
  if (near(2 / 3)) return `${start}: a triangle, two thirds of a dimension each.`;
  if (near(3 / 8) && hidden === 3) return `${start}: a square antiprism, three eighths of a dimension each.`;
  return `${start}.`;
}

/** Dragging, or the arrow keys, turn what has three dimensions. */
function turnable(canvas, turn, draw) {
  let last = null;
  canvas.addEventListener("pointerdown", (event) => {
    last = event;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    turn.yaw += (event.clientX - last.clientX) / 120;
    turn.pitch += (event.clientY - last.clientY) / 120;
    last = event;
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (last = null));
  canvas.addEventListener("keydown", (event) => {
    const [yaw, pitch] = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15] }[event.key] ?? [0, 0];
    if (!yaw && !pitch) return;
    event.preventDefault();
    turn.yaw += yaw;
    turn.pitch += pitch;
    draw();
  });
}
