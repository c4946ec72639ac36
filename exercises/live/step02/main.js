// The page: the run's snapshots along a slider, clock hands for a and b, and clocks to put together.

import { colour, css, onTheme, warmScale } from "../common/colours.js";
import { eachFrame, openPage, playing } from "../common/page.js";
import { heatmap, html, path, scale, sharp, svg } from "../common/plots.js";
import { numberIn, onState, readState, writeState } from "../common/state.js";
import { loadTensors } from "../common/tensors.js";
import { neuronMap } from "./transformer.js";
import { circle, clockLogits, embeddingSpectrum, excludedLoss, lossOfSums, restrictedLogits } from "./waves.js";

const find = (id) => document.getElementById(id);
const KEY = [13, 16, 30]; // the run's key frequencies, as its manifest says
const CURVES = [ // whose: name, group, colour, dashes
  ["train loss", "curves", "train_loss", "muted", "2 3"], ["test loss", "curves", "test_loss", "ink", ""],
  ["restricted", "measures", "restricted_loss", "negative", "7 3"], ["excluded", "measures", "excluded_loss", "positive", "9 2 2 2"],
];

openPage(async () => {
  const tensors = await loadTensors("run.safetensors.gz");
  const epochs = [...new Set(Object.keys(tensors).map((name) => Number(name.split("/")[0])).filter(Number.isFinite))].sort((x, y) => x - y);
  const snapshots = epochs.map((epoch) => Object.fromEntries(Object.entries(tensors)
    .filter(([name]) => name.startsWith(`${epoch}/`)).map(([name, tensor]) => [name.split("/")[1], tensor])));
  const p = snapshots[0].W_E.shape[0] - 1;
  const last = snapshots.length - 1;
  const neurons = Array.from(tensors.neurons.data);
  const columnOf = (time, which) => (time === last ? neurons[which] : which); // the last W_in is whole
  const kept = new Map(); // what was computed once
  const once = (name, compute) => (kept.has(name) || kept.set(name, compute()), kept.get(name));
  const spectrum = (time) => once(`spectrum ${time}`, () => embeddingSpectrum(snapshots[time].W_E));
  const mapOf = (time, which) => once(`map ${time} ${which}`, () => neuronMap(snapshots[time], columnOf(time, which)));

  const circleOf = (time, k) => once(`circle ${time} ${k}`, () => circle(snapshots[time].W_E, k));

  const state = { time: last, neuron: 0, a: 20, b: 100, whose: "trained", clocks: new Set(KEY), loudness: 10 };
  let answers = null; // of the final model, once the worker has asked it everything
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const asked = new Promise((resolve) => (worker.onmessage = ({ data }) => resolve((answers = data))));
  asked.then(() => draw());

  find("time").max = last;
  find("neuron").append(...neurons.map((neuron, i) => html("option", { value: i, textContent: neuron })));
  const dials = KEY.map((k) => {
    const canvas = html("canvas", {});
    canvas.setAttribute("role", "img");
    find("dials").append(html("figure", {}, canvas, html("figcaption", { className: "small", textContent: `frequency ${k}` })));
    return canvas;
  });
  const chips = Array.from({ length: (p - 1) / 2 }, (_, i) => {
    const chip = html("button", { type: "button", textContent: i + 1 });
    chip.addEventListener("click", () => {
      oneStop(chip);
      if (!state.clocks.delete(i + 1)) state.clocks.add(i + 1);
      changed();
    });
    return chip;
  });
  find("chips").append(...chips);
  /** One stop for the Tab key among all chips; arrow keys go from one to the next. */
  const oneStop = (own) => chips.forEach((chip) => (chip.tabIndex = chip === own ? 0 : -1));
  oneStop(chips[KEY[0] - 1]);
  find("chips").addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -chips.length, End: chips.length }[event.key];
    if (!by) return;
    event.preventDefault();
    const to = chips[Math.min(Math.max(chips.indexOf(event.target) + by, 0), chips.length - 1)];
    oneStop(to);
    to.focus();
  });

  /** Logits [s · c] of the chosen clocks: the trained model's with only these kept, or one's own. */
  function chosenLogits() {
    const clocks = [...state.clocks];
    if (state.whose === "own") return clockLogits(p, clocks, state.loudness);
    return answers && restrictedLogits(answers.sums, p, clocks);
  }

  const draw = eachFrame(() => {
    drawCurves();
    drawSpectrum();
    const values = mapOf(state.time, state.neuron);
    const most = values.reduce((top, value) => Math.max(top, value), 1e-9);
    heatmap(find("map"), values, p, p, (value) => warmScale(value, most));
    find("map").setAttribute("aria-label", `Neuron ${neurons[state.neuron]} after epoch ${epochs[state.time]}, at most ${most.toFixed(1)}`);
    KEY.forEach((k, i) => drawDial(dials[i], k));
    const s = (state.a + state.b) % p;
    find("sum").textContent = `${state.a} + ${state.b} = ${state.a + state.b}${state.a + state.b >= p ? `, and ${s} modulo ${p}` : ""}: b turns a’s hand on, and it points at ${s} on every clock.`;
    drawClocks(s);
    for (const name of ["a", "b", "loudness"]) {
      find(name).value = state[name];
      find(`${name}-said`).textContent = state[name];
    }
    find("time").value = state.time;
    find("time").setAttribute("aria-valuetext", `epoch ${epochs[state.time]}`);
    find("time-said").textContent = epochs[state.time].toLocaleString("en");
    find("neuron").value = state.neuron;
  });

  const at = (group, name, epoch) => {
    const all = tensors[`${group}/epoch`].data;
    return tensors[`${group}/${name}`].data[all.reduce((best, value, i) => (Math.abs(value - epoch) < Math.abs(all[best] - epoch) ? i : best), 0)];
  };

  function drawCurves() {
    const [width, height] = [find("curves").clientWidth, find("curves").clientHeight];
    const x = scale([0, epochs[last]], [34, width - 6]);
    const y = scale([3e-8, 60], [height - 42, 6], true);
    const epoch = epochs[state.time];
    const each = Math.max(72, (width - 34) / 4);
    const lines = CURVES.map(([, group, name, tone, dash]) => svg("path", {
      d: path(tensors[`${group}/epoch`].data.map(x), tensors[`${group}/${name}`].data.map((value) => y(Math.max(value, 3e-8)))),
      stroke: css(colour(tone)), "stroke-dasharray": dash,
    }));
    const keys = CURVES.flatMap(([title, , , tone, dash], i) => [
      svg("path", { d: `M${34 + i * each},${height - 6}h22`, stroke: css(colour(tone)), "stroke-dasharray": dash }),
      svg("text", { x: 34 + i * each, y: height - 14 }, title),
    ]);
    const levels = [1, 1e-2, 1e-4, 1e-6].flatMap((level) => [
      svg("path", { class: "axis", d: `M34,${y(level)}H${width}` }),
      svg("text", { x: 0, y: y(level) + 4 }, level === 1 ? "1" : `10${{ 2: "⁻²", 4: "⁻⁴", 6: "⁻⁶" }[Math.round(-Math.log10(level))]}`),
    ]);
    find("curves").replaceChildren(...levels, ...lines, ...keys,
      svg("path", { d: `M${x(epoch)},4V${height - 38}`, stroke: css(colour("accent")) }));
    const values = CURVES.map(([title, group, name]) => `${title}${title.endsWith("loss") ? "" : " loss"} ${short(at(group, name, epoch))}`);
    find("curves").setAttribute("aria-label", `Losses along training. After epoch ${epoch}: ${values.join(", ")}`);
    find("phase").textContent = `After epoch ${epoch.toLocaleString("en")}: ${values.join(", ")}.`;
  }

  function drawSpectrum() {
    const [width, height] = [find("spectrum").clientWidth, find("spectrum").clientHeight];
    const values = spectrum(state.time);
    const y = scale([0, Math.max(...values)], [height - 22, 6]);
    const each = width / values.length;
    find("spectrum").replaceChildren(...Array.from(values, (value, i) => svg("rect", {
      x: i * each + 0.5, width: Math.max(each - 1, 1), y: y(value), height: Math.max(y(0) - y(value), 0),
      fill: css(colour(KEY.includes(i + 1) ? "positive" : "muted")),
    })), ...[1, 13, 16, 30, 45, 56].map((k) => svg("text", { x: (k - 0.5) * each, y: height - 6, "text-anchor": k === 1 ? "start" : k === 56 ? "end" : k === 16 ? "start" : k === 13 ? "end" : "middle" }, `${k}`)));
    const order = Array.from(values.keys()).sort((i, j) => values[j] - values[i]).slice(0, 3);
    find("spectrum").setAttribute("aria-label", `Strongest frequencies: ${order.map((i) => i + 1).join(", ")}`);
  }

  function drawDial(canvas, k) {
    const { context, width } = sharp(canvas);
    const points = circleOf(state.time, k);
    const reach = 1.25 * Math.sqrt(points.reduce((sum, [x, y]) => sum + x * x + y * y, 0) / p) + 1e-9;
    const place = ([x, y]) => [width / 2 + (x / reach) * 0.5 * width, width / 2 - (y / reach) * 0.5 * width];
    for (const point of points) {
      context.fillStyle = css(colour("muted"), 0.55);
      context.beginPath();
      context.arc(...place(point), Math.max(width / 110, 1.5), 0, 2 * Math.PI);
      context.fill();
    }
    const hands = [[state.a, "negative", 3], [state.b, "third", 3], [(state.a + state.b) % p, "positive", 5]];
    for (const [number, tone, thick] of hands) {
      const angle = (2 * Math.PI * k * number) / p;
      const tip = [width / 2 + 0.4 * width * Math.cos(angle), width / 2 - 0.4 * width * Math.sin(angle)];
      context.strokeStyle = context.fillStyle = css(colour(tone));
      context.lineWidth = thick;
      context.lineCap = "round";
      context.beginPath();
      context.moveTo(width / 2, width / 2);
      context.lineTo(...tip);
      context.stroke();
      context.beginPath();
      context.arc(...tip, thick + 2, 0, 2 * Math.PI);
      context.fill();
    }
    canvas.setAttribute("aria-label", `Clock of frequency ${k} with the hands of ${state.a}, ${state.b} and ${(state.a + state.b) % p}`);
  }

  function drawClocks(s) {
    chips.forEach((chip, i) => chip.setAttribute("aria-pressed", state.clocks.has(i + 1)));
    find("trained").setAttribute("aria-pressed", state.whose === "trained");
    find("own").setAttribute("aria-pressed", state.whose === "own");
    find("loud").hidden = state.whose !== "own";
    const logits = chosenLogits();
    if (!logits) {
      find("cost").textContent = "Asking the model all 12,769 questions …";
      find("answers").setAttribute("aria-label", "The score of every answer: not known yet");
      return;
    }
    const { loss, accuracy } = lossOfSums(logits, p);
    const row = logits.subarray(s * p, (s + 1) * p);
    const [width, height] = [find("answers").clientWidth, find("answers").clientHeight];
    const y = scale([Math.min(...row, -1), Math.max(...row, 1)], [height - 20, 14]);
    const each = width / p;
    find("answers").replaceChildren(...Array.from(row, (value, c) => svg("rect", {
      x: c * each + 0.5, width: Math.max(each - 1, 1), y: Math.min(y(value), y(0)), height: Math.max(Math.abs(y(value) - y(0)), 0.5),
      fill: css(colour(c === s ? "positive" : "muted")),
    })), svg("text", { x: Math.min(Math.max((s + 0.5) * each, 14), width - 14), y: height - 4, "text-anchor": "middle" }, `${s}`));
    const others = row.filter((_, c) => c !== s);
    const count = state.clocks.size;
    const said = `${count === 1 ? "One clock" : `${count} clocks`}: loss ${short(loss)} over all pairs, ${(100 * accuracy).toFixed(1)} % right. `
      + `For ${state.a} + ${state.b} the right answer ${row[s] < Math.max(...others) ? "is behind" : "leads"} by ${Math.abs(row[s] - Math.max(...others)).toFixed(1)}.`;
    find("cost").textContent = said;
    find("answers").setAttribute("aria-label", `The score of every answer to ${state.a} + ${state.b}. ${said}`);
  }

  function changed() {
    const { time, neuron, a, b, whose, clocks, loudness } = state;
    writeState({ epoch: epochs[time], neuron: neurons[neuron], a, b, whose, clocks: [...clocks].sort((x, y) => x - y).join("."), loudness });
    draw();
  }

  function restore(said) {
    const nearest = (values, wanted) => values.reduce((best, value, i) => (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? i : best), 0);
    state.time = nearest(epochs, numberIn(said.epoch, 0, epochs[last], epochs[last]));
    state.neuron = nearest(neurons, numberIn(said.neuron, 0, 511, neurons[0]));
    state.a = Math.round(numberIn(said.a, 0, p - 1, 20));
    state.b = Math.round(numberIn(said.b, 0, p - 1, 100));
    state.whose = said.whose === "own" ? "own" : "trained";
    state.loudness = Math.round(numberIn(said.loudness, 1, 40, 10));
    state.clocks = new Set(said.clocks === undefined ? KEY : said.clocks.split(".").map(Number).filter((k) => k >= 1 && k <= (p - 1) / 2));
    draw();
  }

  for (const name of ["time", "neuron", "a", "b", "loudness"]) {
    find(name).addEventListener("input", () => {
      state[name] = Number(find(name).value);
      changed();
    });
  }
  for (const whose of ["trained", "own"]) {
    find(whose).addEventListener("click", () => {
      state.whose = whose;
      changed();
    });
  }
  playing(find("play"), find("time"), (time) => {
    state.time = find("time").value = time;
    changed();
  }, 800);
  addEventListener("resize", draw);
  onTheme(draw);
  onState(restore);
  restore(readState());

  /** Computes what the other snapshots will show, before somebody moves the slider; then the worker may take its second. */
  async function prepare() {
    for (let time = 0; time <= last; time++) {
      spectrum(time);
      mapOf(time, state.neuron);
      KEY.forEach((k) => circleOf(time, k));
      await new Promise((rested) => setTimeout(rested)); // a frame may come in between
    }
    worker.postMessage({ weights: snapshots[last], train: tensors.train.data, frequencies: KEY });
  }
  prepare();

  /** What the page computes, for the snapshot number `time`: its spectrum, circles, and the maps of some neurons. */
  function compute({ time, which, frequency }) {
    return { epoch: epochs[time], neuron: neurons[which], spectrum: spectrum(time), circle: circle(snapshots[time].W_E, frequency).flat(), map: mapOf(time, which) };
  }
  async function losses(frequencies) {
    await asked;
    const excluded = frequencies.map((k) => excludedLoss(answers.logits, answers.sums, p, k, tensors.train.data));
    return { restricted: lossOfSums(restrictedLogits(answers.sums, p, frequencies), p), excluded, shown: answers.excluded };
  }
  return { compute, losses, answers: () => asked, clock: (frequencies, loudness) => lossOfSums(clockLogits(p, frequencies, loudness), p) };
});

/** A loss, in as few digits as say something. */
const short = (loss) => (loss < 1e-12 ? "0" : loss < 0.01 ? loss.toExponential(1).replace("-", "−") : loss.toFixed(2));
