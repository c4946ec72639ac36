// The page: a pair of sentences, maps to patch cell by cell, a circuit to put together. Patching itself is in patching.js.

import { colour, css, diverging, onTheme, readable } from "../common/colours.js";
import { calm, eachFrame, openPage } from "../common/page.js";
import { html, scale, svg } from "../common/plots.js";
import { onState, readState, writeState } from "../common/state.js";
import { loadJson, loadTensors } from "../common/tensors.js";
import { makeGrid } from "./grid.js";
import { bench } from "./patching.js";

const find = (id) => document.getElementById(id);
const BOS = 0;
const CHOICES = { order: ["ABBA", "BABA"], how: ["swap_s2", "swap_names"], what: ["resid_pre", "attn_out", "mlp_out"], at: ["all", "S2", "END"] };
const WHAT = { resid_pre: "The stream that enters layer", attn_out: "What attention adds in layer", mlp_out: "What the MLP adds in layer" };
const WHERE = { all: "at all positions", S2: "at S2", END: "at the end" };
const range = (n) => Array.from({ length: n }, (_, i) => i);

openPage(async () => {
  const [weights, sentences] = await Promise.all([loadTensors("model.safetensors.gz"), loadJson("sentences.json.gz")]);
  const { vocabulary, names } = sentences;
  const [layers, heads] = [weights.W_O.shape[0], weights.heads.data[0]];
  const frames = sentences.frames.map((frame, i) => frame.replace("{place}", sentences.places[i]).replace("{thing}", sentences.things[i]));
  const numberOf = (word) => vocabulary[word];
  const wordsOf = (text) => text.match(/ ?\w+|[^\w\s]/g);
  const tokensOf = (text) => [BOS, ...wordsOf(text).map(numberOf)];

  const state = { frame: 0, io: "Mary", s: "John", order: "ABBA", how: "swap_s2", what: "resid_pre", at: "all", places: new Set(), heads: new Set(), circuit: new Set() };
  let pair, patched, last; // the prompts and their bench; results of patches by cell; the last cell of each map
  const shown = { score: null, model: null, tried: new Map() };

  /** The two prompts, the answers [IO, S], and where the roles are. */
  function makePair({ frame, io, s, order, how }) {
    const fill = (io, s, second) => frames[frame].replace("{A}", order === "ABBA" ? io : s).replace("{B}", order === "ABBA" ? s : io).replace("{S}", second);
    const [clean, corrupted] = [fill(io, s, s), how === "swap_s2" ? fill(io, s, io) : fill(s, io, io)];
    const words = ["BOS", ...wordsOf(clean).map((word) => word.trim())];
    const roles = { [words.indexOf(io)]: "IO", [words.indexOf(s)]: "S1", [words.lastIndexOf(s)]: "S2", [words.length - 1]: "END" };
    return { clean: tokensOf(clean), corrupted: tokensOf(corrupted), answers: [io, s].map((name) => numberOf(` ${name}`)), words, others: ["BOS", ...wordsOf(corrupted).map((word) => word.trim())], roles };
  }

  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const judged = sentences.judged.map(({ frame, text, control, io, s }) => ({ frame, tokens: tokensOf(text), control: tokensOf(control), answers: [io, s].map((name) => numberOf(` ${name}`)) }));
  worker.postMessage({ weights, sentences: judged });
  const waiting = new Map();
  worker.onmessage = ({ data }) => {
    waiting.get(data.id)(data);
    waiting.delete(data.id);
  };
  let asked = 0;
  /** How faithful the heads of a circuit, such as ["2.2", "3.1"], are by themselves: its score, the model's, their ratio. */
  const faithfulness = (circuit) => new Promise((resolve) => {
    asked += 1;
    waiting.set(asked, resolve);
    worker.postMessage({ id: asked, circuit });
  });

  // ---------------------------------------------------------------- patching

  const maps = {
    places: { patch: (layer, position) => pair.bench.patchPosition(state.what, layer, position), columns: () => pair.clean.length,
      name: (layer, position) => `${WHAT[state.what]} ${layer}, at “${pair.words[position]}”${pair.roles[position] ? ` (${pair.roles[position]})` : ""}` },
    heads: { patch: (layer, head) => pair.bench.patchHead(layer, head, { all: null, S2: positionOf("S2"), END: positionOf("END") }[state.at]), columns: () => heads,
      name: (layer, head) => `Head ${layer}.${head}, ${WHERE[state.at]}` },
  };
  const positionOf = (role) => Number(Object.keys(pair.roles).find((position) => pair.roles[position] === role));

  /** Patches what has been asked for and is not there yet: a few cells in each frame, so that the map is seen to fill; all at once for those who want no motion. */
  const fillUp = eachFrame(() => {
    const missing = Object.keys(maps).flatMap((map) => [...state[map]].filter((cell) => !patched[map].has(cell)).map((cell) => [map, cell]));
    const end = performance.now() + 10;
    for (const [map, cell] of missing) {
      patched[map].set(cell, maps[map].patch(...cell.split(".").map(Number)));
      if (performance.now() > end) break;
    }
    const more = missing.some(([map, cell]) => !patched[map].has(cell));
    if (more) fillUp();
    if (!more || !calm()) draw();
  });

  function patchOne(map, cell) {
    state[map].add(cell);
    last[map] = cell;
    remember();
    fillUp();
  }

  function restart() {
    pair = makePair(state);
    pair.bench = bench(weights, pair.clean, pair.corrupted, pair.answers);
    patched = { places: new Map(), heads: new Map() };
    last = { places: null, heads: null };
    buttons.places = makeGrid(find("places"), rowNames, pair.words, (i, j) => patchOne("places", `${i}.${j}`));
    shorten();
    fillUp();
  }

  // ---------------------------------------------------------------- pictures

  const rowNames = range(layers).map((layer) => `layer ${layer}`);
  const headNames = range(heads).map((head) => `head ${head}`);
  const buttons = {
    heads: makeGrid(find("heads"), rowNames, headNames, (i, j) => patchOne("heads", `${i}.${j}`)),
    circuit: makeGrid(find("circuit"), rowNames, headNames, (i, j, event) => event.detail === 0 && toggle(`${i}.${j}`)), // keys; the pointer is below
  };
  const shorten = () => document.querySelectorAll(".grid tbody th").forEach((name) => (name.dataset.short = name.textContent.slice(-1)));
  const fixed = (value, digits = 2) => `${value.toFixed(digits)}`.replace("-", "−").replace(/^−(0\.?0*)$/, "$1");

  const draw = eachFrame(() => {
    drawPair();
    for (const map of Object.keys(maps)) drawMap(map);
    drawCircuit();
    document.querySelectorAll("button[data-key]").forEach((button) => button.setAttribute("aria-pressed", state[button.dataset.key] === button.dataset.value));
    for (const name of ["frame", "io", "s"]) find(name).value = state[name];
  });

  function drawPair() {
    for (const [which, words] of [["clean", pair.words], ["corrupted", pair.others]]) {
      find(which).replaceChildren(...words.slice(1).flatMap((word, i) => {
        const role = pair.roles[i + 1];
        const differs = pair.words[i + 1] !== pair.others[i + 1];
        const shown = role && role !== "END" ? html("mark", { className: differs ? "other" : "", textContent: word }) : word;
        const space = /\w/.test(word) && i ? " " : "";
        return [space, shown, ...(role && which === "clean" ? [html("sub", { textContent: role })] : [])];
      }));
      const { difference } = pair.bench[which];
      find(`${which}-answer`).textContent = `→ ${difference > 0 ? state.io : state.s}   logit(IO) − logit(S) = ${fixed(difference)}`;
    }
  }

  function drawMap(map) {
    buttons[map].forEach((row, i) => row.forEach((button, j) => {
      const result = patched[map].get(`${i}.${j}`);
      const background = result && diverging(result.recovery);
      button.style.background = result ? css(background) : "";
      button.style.color = result ? readable(background) : "";
      button.textContent = result ? fixed(result.recovery) : "";
      button.setAttribute("aria-label", `${maps[map].name(i, j)}: ${result ? `recovery ${fixed(result.recovery)}` : "not patched yet"}`);
    }));
    const found = patched[map].get(last[map]);
    const count = patched[map].size;
    find(`${map}-said`).textContent = found
      ? `${maps[map].name(...last[map].split("."))}: the difference goes from ${fixed(pair.bench.corrupted.difference)} to ${fixed(found.difference)}, recovery ${fixed(found.recovery)}.`
      : count ? `${count} patched. ${strongest(map)}` : "Choose a cell to patch it.";
  }

  function strongest(map) {
    const [cell, result] = [...patched[map]].reduce((best, one) => (one[1].recovery > best[1].recovery ? one : best));
    return `Most comes back here: ${maps[map].name(...cell.split("."))}, ${fixed(result.recovery)}.`;
  }

  function drawCircuit() {
    buttons.circuit.forEach((row, i) => row.forEach((button, j) => {
      button.textContent = `${i}.${j}`;
      button.setAttribute("aria-pressed", state.circuit.has(`${i}.${j}`));
      button.setAttribute("aria-label", `Head ${i}.${j}`);
    }));
    const { score, model, tried } = shown;
    const size = state.circuit.size;
    find("faithful").textContent = score === null ? "Running 48 sentences …"
      : `${size === 0 ? "No head at all" : size === 1 ? "This one head" : `These ${size} heads`}: a logit difference of ${fixed(score)}, averaged over many sentences, where the whole model has ${fixed(model)}. Faithfulness ${Math.round((100 * score) / model)} %.`.replace("-", "−");
    const [width, height] = [find("tried").clientWidth, find("tried").clientHeight];
    const ratios = [...tried.values()].map(([, ratio]) => ratio);
    const x = scale([0, layers * heads], [46, width - 12]);
    const y = scale([Math.min(0, ...ratios), Math.max(1.1, ...ratios)], [height - 32, 8]);
    const dot = ([count, ratio], now) => svg("circle", { cx: x(count), cy: y(ratio), r: now ? 6 : 4, fill: css(colour(now ? "accent" : "muted"), now ? 1 : 0.6) });
    const now = tried.get(circuitName());
    find("tried").replaceChildren(...[0, 0.5, 1].flatMap((level) => [svg("path", { class: "axis", d: `M46,${y(level)}H${width}` }), svg("text", { x: 40, y: y(level) + 4, "text-anchor": "end" }, `${100 * level} %`)]),
      ...[0, 4, 8, 12, 16].map((count) => svg("text", { x: x(count), y: height - 16, "text-anchor": "middle" }, `${count}`)),
      svg("text", { x: x(layers * heads), y: height - 2, "text-anchor": "end" }, "heads in the circuit"),
      ...[...tried.values()].map((one) => dot(one, false)), ...(now ? [dot(now, true)] : []));
    find("tried").setAttribute("aria-label", `Faithfulness of ${tried.size} circuits that were tried, by their size. ${find("faithful").textContent}`);
  }

  // ---------------------------------------------------------------- the circuit

  const circuitName = () => [...state.circuit].sort().join(" ");
  let judging = false;
  /** Asks for the score of the circuit of now; and again, if it has become another in the meantime. */
  async function judge() {
    shown.score = null;
    draw();
    if (judging) return;
    judging = true;
    while (shown.score === null) {
      const name = circuitName();
      const { circuit, score, model, ratio } = await faithfulness([...state.circuit]);
      shown.tried.set(name, [circuit.length, ratio]);
      if (name === circuitName()) Object.assign(shown, { score, model });
    }
    judging = false;
    draw();
  }

  function toggle(head, on = !state.circuit.has(head)) {
    if (state.circuit.has(head) === on) return;
    state.circuit[on ? "add" : "delete"](head);
    remember();
    judge();
  }
  function setCircuit(list) {
    state.circuit = new Set(list);
    remember();
    judge();
  }

  let painting = null; // whether the heads under the pointer come in or go out
  const headUnder = ({ clientX, clientY }) => document.elementFromPoint(clientX, clientY)?.closest("#circuit button")?.textContent;
  find("circuit").addEventListener("pointerdown", (event) => {
    const head = headUnder(event);
    if (!head) return;
    painting = !state.circuit.has(head);
    toggle(head, painting);
  });
  addEventListener("pointermove", (event) => {
    const head = painting !== null && headUnder(event);
    if (head) toggle(head, painting);
  });
  for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => (painting = null));

  const every = range(layers).flatMap((layer) => range(heads).map((head) => `${layer}.${head}`));
  find("every").addEventListener("click", () => setCircuit(every));
  find("nobody").addEventListener("click", () => setCircuit([]));
  find("take").addEventListener("click", () => {
    every.forEach((cell) => state.heads.add(cell));
    onceFull(() => setCircuit(every.filter((cell) => patched.heads.get(cell)?.recovery > 0.1)));
  });
  /** Waits until the map of heads is full. */
  function onceFull(then) {
    fillUp();
    if (patched.heads.size === every.length) then();
    else requestAnimationFrame(() => onceFull(then));
  }

  // ---------------------------------------------------------------- choices

  find("frame").append(...frames.map((frame, i) => html("option", { value: i, textContent: frame.replace(/ ?\{A\}.*/, "").trim() + " …" + frame.slice(frame.indexOf("{S}") + 3) })));
  for (const name of ["io", "s"]) find(name).append(...names.map((one) => html("option", { value: one, textContent: one })));

  function changed() {
    remember();
    restart();
  }
  for (const name of ["frame", "io", "s"]) {
    find(name).addEventListener("input", () => {
      const before = { io: state.io, s: state.s };
      state[name] = name === "frame" ? Number(find(name).value) : find(name).value;
      if (state.io === state.s) Object.assign(state, { io: before.s, s: before.io }); // nobody is both
      changed();
    });
  }
  document.querySelectorAll("button[data-key]").forEach((button) => button.addEventListener("click", () => {
    state[button.dataset.key] = button.dataset.value;
    changed();
  }));
  find("roll").addEventListener("click", () => {
    const draw = (list) => list[Math.floor(Math.random() * list.length)];
    const io = draw(names);
    Object.assign(state, { frame: draw(range(frames.length)), io, s: draw(names.filter((name) => name !== io)), order: draw(CHOICES.order) });
    changed();
  });
  for (const map of Object.keys(maps)) {
    find(`fill-${map}`).addEventListener("click", () => {
      for (const layer of range(layers)) for (const column of range(maps[map].columns())) state[map].add(`${layer}.${column}`);
      last[map] = null;
      remember();
      fillUp();
    });
    find(`clear-${map}`).addEventListener("click", () => {
      state[map].clear();
      patched[map].clear();
      last[map] = null;
      remember();
      draw();
    });
  }

  const cellsOf = (said, columns) => {
    const all = range(layers).flatMap((layer) => range(columns).map((column) => `${layer}.${column}`));
    return new Set(said === "all" ? all : (said ?? "").split(/[ +]/).filter((cell) => all.includes(cell)));
  };
  function remember() {
    const { places, heads: someHeads, circuit: _, ...rest } = state;
    const listed = (set, columns) => (set.size === layers * columns ? "all" : [...set].join(" "));
    writeState({ ...rest, places: listed(places, pair.clean.length), heads: listed(someHeads, heads), circuit: circuitName() });
  }
  function restore(said) {
    state.frame = Math.min(Math.max(Number.parseInt(said.frame, 10) || 0, 0), frames.length - 1);
    [state.io, state.s] = names.includes(said.io) && names.includes(said.s) && said.io !== said.s ? [said.io, said.s] : ["Mary", "John"];
    for (const [key, values] of Object.entries(CHOICES)) state[key] = values.includes(said[key]) ? said[key] : values[0];
    state.places = cellsOf(said.places, makePair(state).clean.length);
    state.heads = cellsOf(said.heads, heads);
    state.circuit = cellsOf(said.circuit, heads);
    restart();
    judge();
  }
  addEventListener("resize", draw);
  onTheme(draw);
  onState(restore);
  restore(readState());

  /** Every patch of a pair of prompts: recovery by [layer][position], and by [layer][head]. */
  function compute({ clean, corrupted, answers, what = "resid_pre", at = null }) {
    const one = bench(weights, clean, corrupted, answers);
    const over = (columns, patch) => range(layers).map((layer) => range(columns).map((column) => patch(layer, column).recovery));
    return { clean: one.clean.difference, corrupted: one.corrupted.difference, logits: one.clean.logits,
      positions: over(clean.length, (layer, position) => one.patchPosition(what, layer, position)), heads: over(heads, (layer, head) => one.patchHead(layer, head, at)) };
  }
  return { compute, faithfulness, tokensOf, judged, makePair: (choice) => makePair({ ...state, ...choice }), now: () => ({ ...state, ...shown, circuit: [...state.circuit].sort(), patched: [patched.places.size, patched.heads.size] }) };
});
