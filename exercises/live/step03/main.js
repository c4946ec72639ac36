// The page: tokens to point at, snapshots along a slider, heads to switch off. The model itself is in transformer.js.

import { colour, css, onTheme, warmScale } from "../common/colours.js";
import { eachFrame, openPage, playing } from "../common/page.js";
import { heatmap, html, path, scale, svg } from "../common/plots.js";
import { numberIn, onState, readState, writeState } from "../common/state.js";
import { loadTensors } from "../common/tensors.js";
import { attentionOnlyForward, meanOutputs, perPositionLoss, prefixMatchingScore, previousTokenScore } from "./transformer.js";

const find = (id) => document.getElementById(id);
const HALF = 16;

openPage(async () => {
  const tensors = await loadTensors("run.safetensors.gz");
  const steps = [...new Set(Object.keys(tensors).map((name) => Number(name.split("/")[0])).filter(Number.isFinite))].sort((x, y) => x - y);
  const snapshots = steps.map((step) => Object.fromEntries(Object.entries(tensors)
    .filter(([name]) => name.startsWith(`${step}/`)).map(([name, tensor]) => [name.split("/")[1], tensor])));
  const last = steps.length - 1;
  const vocab = snapshots[last].W_U.shape[1];
  const length = tensors.test.shape[1]; // what heads say on average is known for so many positions
  const batch = Array.from({ length: tensors.test.shape[0] }, (_, i) => Array.from(tensors.test.data.subarray(i * length, (i + 1) * length)));
  const [layers, heads, d] = snapshots[last].W_Q.shape;

  const state = { time: last, tokens: [], words: null, off: new Set(), at: HALF + 6 };
  let found, losses;

  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const means = new Map(); // time → every head's mean output, once the worker has sent it
  const asked = new Set();
  worker.onmessage = ({ data }) => {
    means.set(data.time, data.means);
    run();
  };

  /** The model of now on the tokens of now, with the mean in place of the heads that are off. */
  function run() {
    const overwrite = {};
    if (state.off.size && !asked.has(state.time)) {
      asked.add(state.time);
      worker.postMessage({ time: state.time, weights: snapshots[state.time], batch });
    }
    if (means.has(state.time)) {
      for (const name of state.off) overwrite[name] = means.get(state.time)[name].subarray(0, state.tokens.length * d);
    }
    found = attentionOnlyForward(snapshots[state.time], state.tokens, overwrite);
    losses = perPositionLoss(found.logits, state.tokens);
    draw();
  }

  find("time").max = last;
  const panels = Array.from({ length: layers }, (_, layer) => Array.from({ length: heads }, (_, head) => {
    const name = `${layer}.${head}`;
    const canvas = html("canvas", { className: "pixels" });
    canvas.setAttribute("role", "img");
    const button = html("button", { type: "button" });
    const line = html("p", { className: "small" });
    const item = html("div", {}, button, canvas, line);
    button.addEventListener("click", () => {
      if (!state.off.delete(name)) state.off.add(name);
      remember();
      run();
    });
    canvas.addEventListener("pointermove", (event) => {
      const box = canvas.getBoundingClientRect();
      choose(Math.floor(((event.clientY - box.top) / box.height) * state.tokens.length));
    });
    find(`layer${layer}`).append(item);
    return { name, canvas, button, line, item };
  }));

  const shown = (i) => (i === 0 ? "BOS" : state.words ? state.words[i - 1] : `${state.tokens[i]}`);

  const draw = eachFrame(() => {
    drawTokens();
    drawHeads();
    drawCurves();
    drawLoss();
    find("time").value = state.time;
    find("time-said").textContent = steps[state.time];
    find("time").setAttribute("aria-valuetext", `step ${steps[state.time]}`);
  });

  function drawTokens() {
    const t = state.tokens.length;
    if (find("tokens").children.length !== t) {
      find("tokens").replaceChildren(...state.tokens.map((_, i) => {
        const token = html("span", { id: `token-${i}` });
        token.setAttribute("role", "option");
        token.addEventListener("pointerenter", () => choose(i));
        token.addEventListener("click", () => pick(i));
        return token;
      }));
    }
    const row = (pattern) => pattern.subarray(state.at * t, (state.at + 1) * t);
    const looks = found.patterns.map((layer) => Array.from({ length: t }, (_, j) => Math.max(...layer.map((pattern) => row(pattern)[j]))));
    Array.from(find("tokens").children).forEach((token, i) => {
      token.textContent = shown(i);
      token.style.background = css(warmScale(0.45 * looks[1][i]));
      token.style.boxShadow = `inset 0 -5px 0 ${css(colour("negative"), looks[0][i])}`;
      token.classList.toggle("chosen", i === state.at);
      token.classList.toggle("next", i === state.at + 1);
      token.setAttribute("aria-selected", i === state.at);
    });
    find("tokens").setAttribute("aria-activedescendant", `token-${state.at}`);
    const most = looks.map((layer) => layer.indexOf(Math.max(...layer)));
    const cost = state.at < t - 1 ? ` The model gave the token after it a chance of ${Math.round(100 * Math.exp(-losses[state.at]))} %.` : "";
    find("said").textContent = `From ${shown(state.at)} (place ${state.at}) layer 1 looks most at ${shown(most[1])} (place ${most[1]}, orange), `
      + `layer 0 at ${shown(most[0])} (place ${most[0]}, blue line).${cost}`;
  }

  function drawHeads() {
    const t = state.tokens.length;
    panels.forEach((layer, i) => layer.forEach(({ name, canvas, button, line, item }, head) => {
      const pattern = found.patterns[i][head];
      const faded = (value, at) => (Math.floor(at / t) === state.at ? Math.max(value, 0.08) : value);
      heatmap(canvas, pattern.map(faded), t, t, (value) => warmScale(Math.sqrt(value)));
      const off = state.off.has(name);
      item.className = off ? "off" : "";
      button.textContent = `Head ${name} ${off ? "is off" : "is on"}`;
      button.setAttribute("aria-pressed", !off);
      const after = i === 1 ? prefixMatchingScore(pattern, state.tokens) : NaN;
      const score = i === 0 ? `looks at the token before: ${percent(previousTokenScore(pattern, t))}`
        : Number.isNaN(after) ? "has nothing that came before" : `looks after earlier occurrences: ${percent(after)}`;
      line.textContent = score;
      canvas.setAttribute("aria-label", `Pattern of head ${name}, query downwards, key to the right; it ${score}`);
    }));
  }

  function drawCurves() {
    const [width, height] = [find("curves").clientWidth, find("curves").clientHeight];
    const x = scale([0, steps[last]], [26, width - 4]);
    const y = scale([0, 4.6], [height - 18, 6]);
    const line = (name, tone, dash) => svg("path", {
      d: path(tensors["curves/step"].data.map(x), tensors[`curves/${name}`].data.map((value) => y(Math.min(value, 4.6)))),
      fill: "none", stroke: css(colour(tone)), "stroke-width": 2, "stroke-dasharray": dash,
    });
    find("curves").replaceChildren(...[0, 2, 4].flatMap((level) => [
      svg("path", { class: "axis", d: `M26,${y(level)}H${width}` }), svg("text", { x: 2, y: y(level) + 4 }, `${level}`)]),
    line("first_half", "muted", "3 3"), line("second_half", "positive", ""),
    svg("text", { x: width - 6, y: y(4.05) + 14, "text-anchor": "end" }, "loss, first half"),
    svg("text", { x: width - 6, y: y(0.15) - 4, "text-anchor": "end" }, "second half"),
    svg("path", { d: `M${x(steps[state.time])},2V${height - 16}`, stroke: css(colour("accent")), "stroke-width": 2 }));
    find("curves").setAttribute("aria-label", "Loss on both halves along training: the second falls to nearly 0 between steps 300 and 500");
  }

  function drawLoss() {
    const [width, height] = [find("loss").clientWidth, find("loss").clientHeight];
    const each = width / losses.length;
    const y = scale([0, Math.max(5, ...losses)], [height - 18, 4]);
    find("loss").replaceChildren(...Array.from(losses, (value, i) => svg("rect", {
      x: i * each + 1, width: Math.max(each - 2, 1), y: y(value), height: Math.max(y(0) - y(value), 0.5), rx: 2,
      fill: css(colour(i === state.at ? "accent" : couldBeLookedUp(i) ? "positive" : "muted")),
    })), ...Array.from(losses, (_, i) => (each > 18 || i % 4 === 0) && each > 7 ? svg("text", { x: (i + 0.5) * each, y: height - 4, "text-anchor": "middle" }, shown(i + 1).slice(0, 3)) : ""));
    const mean = (values) => (values.length ? values.reduce((a, b) => a + b, 0) / values.length : NaN);
    const known = Array.from(losses).filter((_, i) => couldBeLookedUp(i));
    const unknown = Array.from(losses).filter((_, i) => !couldBeLookedUp(i));
    const waiting = state.off.size && !means.has(state.time) ? " (finding out what the heads say on average …)" : "";
    find("cost").textContent = `${known.length ? `Where it could be looked up (orange): ${mean(known).toFixed(2)} nats. ` : ""}Elsewhere: ${mean(unknown).toFixed(2)}; knowing nothing costs ${Math.log(vocab).toFixed(2)}.${waiting}`;
    find("loss").setAttribute("aria-label", `Loss of each token. ${find("cost").textContent}`);
  }

  const seenBefore = (i) => state.tokens.indexOf(state.tokens[i], 1) < i;
  const couldBeLookedUp = (i) => seenBefore(i) && seenBefore(i + 1); // the token after place i

  function choose(i) {
    state.at = Math.min(Math.max(i, 0), state.tokens.length - 1);
    draw();
  }

  /** A token that is meant, and not passed over. */
  function pick(i) {
    choose(i);
    remember();
  }

  function roll() {
    const all = Array.from({ length: vocab - 1 }, (_, token) => token);
    const once = Array.from({ length: HALF }, () => all.splice(Math.floor(Math.random() * all.length), 1)[0]);
    state.tokens = [vocab - 1, ...once, ...once];
    state.words = null;
  }

  /** Words as tokens: each different one gets a number, in the order in which they come. */
  function typed(text) {
    const all = text.trim().split(/\s+/).filter(Boolean);
    const words = all.slice(0, length - 1);
    find("typed-said").textContent = all.length === 1 ? "Two words or more." : all.length > words.length ? `The first ${words.length} words are read.` : "";
    if (!words.length || (words.length === 1 && !state.tokens.length)) return roll();
    if (words.length === 1) return; // more is coming
    const known = [...new Set(words)];
    state.words = words;
    state.tokens = [vocab - 1, ...words.map((word) => (known.indexOf(word) * 37 + 11) % (vocab - 1))];
  }

  function remember() {
    const { time, tokens, words, off, at } = state;
    writeState({ step: steps[time], at, text: words?.join(" "), tokens: words ? null : tokens.slice(1, 1 + HALF).join("."), off: [...off].sort().join(" ") });
  }

  function restore(said) {
    const wanted = numberIn(said.step, 0, steps[last], steps[last]);
    state.time = steps.reduce((best, step, i) => (Math.abs(step - wanted) < Math.abs(steps[best] - wanted) ? i : best), 0);
    state.off = new Set((said.off ?? "").split(/[ +]/).filter((name) => /^[01]\.[0-3]$/.test(name)));
    const once = (said.tokens ?? "").split(".").map(Number);
    if (said.text) typed(said.text);
    else if (once.length === HALF && once.every((token) => token >= 0 && token < vocab - 1)) Object.assign(state, { tokens: [vocab - 1, ...once, ...once], words: null });
    else roll();
    find("typed").value = said.text ?? "";
    state.at = Math.min(Math.round(numberIn(said.at, 0, length - 1, HALF + 6)), state.tokens.length - 1);
    remember(); // a link shows what its sender saw, random tokens too
    run();
  }

  function changed() {
    state.at = Math.min(state.at, state.tokens.length - 1);
    remember();
    run();
  }

  find("roll").addEventListener("click", () => {
    find("typed").value = "";
    roll();
    changed();
  });
  find("typed").addEventListener("input", () => {
    typed(find("typed").value);
    state.at = state.tokens.length - 1;
    changed();
  });
  find("time").addEventListener("input", () => {
    state.time = Number(find("time").value);
    changed();
  });
  find("tokens").addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    pick(state.at + by);
  });
  playing(find("play"), find("time"), (time) => {
    state.time = find("time").value = time;
    changed();
  }, 500);
  addEventListener("resize", draw);
  onTheme(draw);
  onState(restore);
  restore(readState());

  /** The snapshot number `time` on tokens, with the heads named in `off` at their mean over `rows` of the test tokens. */
  function compute({ time, tokens, off = [], rows = 8 }) {
    const weights = snapshots[time];
    const instead = off.length ? meanOutputs(weights, batch.slice(0, rows)) : {};
    const run = attentionOnlyForward(weights, tokens, Object.fromEntries(off.map((name) => [name, instead[name]])));
    return { step: steps[time], logits: run.logits, patterns: run.patterns, loss: perPositionLoss(run.logits, tokens) };
  }
  return { compute, now: () => ({ ...state, off: [...state.off], losses }) };
});

const percent = (share) => `${Math.round(100 * share)} %`;
