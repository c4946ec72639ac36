// The page: a passage to point into, features to search, and one to take out or turn up. The dictionary is in dictionary.js.

import { colour, css, mix, onTheme } from "../common/colours.js";
import { eachFrame, openPage } from "../common/page.js";
import { html } from "../common/plots.js";
import { numberIn, onState, readState, writeState } from "../common/state.js";
import { loadJson, loadTensors } from "../common/tensors.js";
import { centred, logitEffect, moved, openDictionary } from "./dictionary.js";
import { makeTokenizer, visible } from "./tokens.js";
import { nextTokenLoss, softmax } from "./transformer.js";

const find = (id) => document.getElementById(id);
const BOS = 0;
const LISTED = 30; // features at a time
const PASSAGE = `import os


class Reader:
    def __init__(self, path):
        self.path = path
        try:
            self.file = open(os.path.join(path))
        except OSError:
            return None

    def close(self):
        self.`;
const FIRST = { feature: 1018, at: 57 }; // the last dot

openPage(async () => {
  const [tensors, words] = await Promise.all([loadTensors("dictionary.safetensors.gz"), loadJson("words.json.gz")]);
  const dictionary = openDictionary(tensors);
  const tokenizer = makeTokenizer(words);
  const { strings } = tokenizer;
  const [longest, vocab] = [tensors.W_pos.shape[0], tensors.W_U.shape[1]];
  const rowOf = (tensor, i) => tensor.data.subarray(i * tensor.shape[1], (i + 1) * tensor.shape[1]);

  const state = { text: PASSAGE, ...FIRST, what: "none", times: 1, query: "" };
  let found = null; // what the worker has found in the passage: tokens, logits, h, losses
  const waiting = [];
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.postMessage({ weights: Object.fromEntries(["W_E", "W_pos", "W_Q", "W_K", "W_V", "W_O", "W_in", "b_in", "W_out", "b_out", "W_U"].map((name) => [name, tensors[name]])), dictionary });
  worker.onmessage = ({ data }) => waiting.shift()(data);

  /** What the model and the dictionary make of a text: tokens, logits [t · vocab], h [t · latent], losses. */
  function compute(text) {
    const tokens = [BOS, ...tokenizer.encode(text)].slice(0, longest);
    return new Promise((resolve) => {
      waiting.push(resolve);
      worker.postMessage({ text, tokens });
    });
  }

  /** The same passage with a feature as it is, taken out, or with `times` its largest activation added everywhere. */
  function change({ tokens, logits, h }, { feature, what, times }) {
    const effect = logitEffect(dictionary, feature, tensors.W_U);
    const amounts = tokens.map((_, i) => ({ none: 0, out: -h[i * dictionary.latents + feature], more: times * largest(feature) })[what] / dictionary.scale);
    const after = what === "none" ? logits : moved(logits, effect, amounts);
    return { effect: centred(effect), logits: after, losses: nextTokenLoss(after, tokens) };
  }

  const largest = (feature) => tensors.largest.data[feature];
  const activations = () => found.h.subarray(state.at * dictionary.latents, (state.at + 1) * dictionary.latents);
  const inHere = (feature) => Float32Array.from(found.tokens, (_, i) => found.h[i * dictionary.latents + feature]);

  let reading = false;
  /** Reads the passage of now; and again, if it has become another in the meantime. */
  async function read() {
    if (reading) return;
    reading = true;
    do found = await compute(state.text);
    while (found.text !== state.text);
    reading = false;
    state.at = Math.min(Math.max(state.at, Math.min(1, found.tokens.length - 1)), found.tokens.length - 1);
    draw();
  }

  const draw = eachFrame(() => {
    if (found?.text !== state.text) return; // it is being read
    const changed = change(found, state);
    drawTokens(changed.losses);
    drawList();
    drawFeature(changed.effect);
    drawNext(changed);
  });

  function drawTokens(losses) {
    if (find("tokens").children.length !== found.tokens.length - 1 || find("tokens").dataset.text !== found.text) {
      find("tokens").dataset.text = found.text;
      find("tokens").replaceChildren(...found.tokens.slice(1).map((token, i) => {
        const parts = strings[token].split("\n").flatMap((part, line) => (line ? [html("i", { textContent: "⏎" }), `\n${part}`] : [part]));
        const span = html("span", { id: `token-${i + 1}`, role: "option", "aria-label": visible(strings[token]).replaceAll(" ", "␣") }, ...parts);
        span.addEventListener("pointerenter", () => choose(i + 1));
        span.addEventListener("click", () => pick(i + 1));
        return span;
      }));
    }
    const h = inHere(state.feature);
    const top = Math.max(largest(state.feature), ...h) || 1;
    Array.from(find("tokens").children).forEach((span, i) => {
      const harder = Math.max(losses[i] - found.losses[i], 0);
      span.style.background = css(colour("positive"), 0.6 * (h[i + 1] / top));
      span.style.boxShadow = harder > 0.02 ? `inset 0 -3px 0 ${css(colour("negative"), Math.min(harder, 1))}` : "";
      span.classList.toggle("chosen", i + 1 === state.at);
      span.setAttribute("aria-selected", i + 1 === state.at);
    });
    find("tokens").setAttribute("aria-activedescendant", `token-${state.at}`);
    const active = activations().reduce((count, value) => count + (value > 0), 0);
    const places = h.reduce((count, value) => count + (value > 0), 0);
    const cut = found.tokens.length === longest ? ` Only the first ${longest - 1} tokens are read.` : "";
    const line = state.what === "none" ? "" : " Blue line: tokens that have become harder to guess.";
    find("said").textContent = found.tokens.length === 1 ? "Nothing to read: the model only knows that a file begins."
      : `At ${quoted(found.tokens[state.at])} ${active} features are active; feature ${state.feature} (orange) is ${h[state.at].toFixed(2)} here, and active at ${places} of ${found.tokens.length - 1} tokens.${line}${cut}`;
  }

  /** Features that a search finds, best first: by number, by description, by the tokens they are active on. */
  function search(query) {
    const wanted = query.trim().toLowerCase();
    const score = (feature) => {
      if (`${feature}` === wanted) return 100;
      const on = Array.from(rowOf(tensors.fires_on, feature), (token) => strings[token].trim().toLowerCase());
      const place = on.indexOf(wanted);
      const part = on.findIndex((token) => token.includes(wanted));
      return (words.described[feature]?.toLowerCase().includes(wanted) ? 20 : 0) + (place >= 0 ? 10 - place : 0) + (part >= 0 ? 1 - part / 10 : 0);
    };
    const scores = Array.from({ length: dictionary.latents }, (_, feature) => score(feature));
    return order(scores).filter((feature) => scores[feature] > 0);
  }

  function drawList() {
    const here = activations();
    const all = state.query.trim() ? search(state.query) : order(here).filter((feature) => here[feature] > 0);
    const listed = all.slice(0, LISTED);
    find("list-said").textContent = state.query.trim()
      ? `${all.length || "No"} ${all.length === 1 ? "feature" : "features"} for “${state.query.trim()}”${all.length > LISTED ? `, the best ${LISTED} of them` : ""}`
      : `Active at ${quoted(found.tokens[state.at])}, strongest first; or search for a token, a word of a description, a number`;
    const same = find("features").dataset.listed === `${listed}`;
    if (!same) {
      find("features").dataset.listed = `${listed}`;
      find("features").replaceChildren(...listed.map((feature) => {
        const button = html("button", { type: "button" }, html("span", { className: "number", textContent: feature }), html("span", {}, ...label(feature)), html("span", { className: "number" }), html("i", {}));
        button.addEventListener("click", () => {
          state.feature = feature;
          changed();
        });
        return html("li", {}, button);
      }));
    }
    const most = Math.max(...here) || 1;
    Array.from(find("features").children).forEach(({ firstChild: button }, i) => {
      const value = here[listed[i]];
      button.setAttribute("aria-pressed", listed[i] === state.feature);
      button.children[2].textContent = value > 0 ? value.toFixed(2) : "";
      button.children[3].style.width = `${(100 * value) / most}%`;
    });
  }

  const quoted = (token) => (token === BOS ? "the beginning" : `“${visible(strings[token])}”`);
  const code = (token) => html("code", { textContent: visible(strings[token]) });
  const described = (feature) => words.described[feature].split("`").map((part, i) => (i % 2 ? html("code", { textContent: part }) : part));

  /** What a feature is called: somebody's words, or else the tokens that it is most active on. */
  function label(feature) {
    if (words.described[feature]) return described(feature);
    return ["on ", ...Array.from(rowOf(tensors.fires_on, feature)).slice(0, 3).flatMap((token) => [code(token), " "])];
  }

  function drawFeature(effect) {
    const { feature } = state;
    if (find("examples").dataset.feature === `${feature}`) return;
    find("examples").dataset.feature = feature;
    find("feature-title").textContent = `Feature ${feature}`;
    const often = tensors.density.data[feature];
    const on = Array.from(rowOf(tensors.fires_on, feature)).slice(0, 5).flatMap((token) => [code(token), " "]);
    find("about").replaceChildren(...(words.described[feature] ? ["Described as: ", ...described(feature), ". "] : ["Nobody has described it yet. "]),
      `Active at ${(100 * often).toFixed(often < 0.01 ? 2 : 1)} % of the tokens, most of all on `, ...on, `up to ${largest(feature).toFixed(2)}.`);
    const ranked = order(effect);
    const item = (token) => html("li", {}, code(token), html("span", { textContent: signed(effect[token] / dictionary.scale * largest(feature)) }));
    find("up").replaceChildren(...ranked.slice(0, 6).map(item));
    find("down").replaceChildren(...ranked.slice(-6).reverse().map(item));
    find("examples").replaceChildren(...Array.from(rowOf(tensors.example_activation, feature)).flatMap((value, i) => (value > 0 ? [example(feature, i, value)] : [])));
  }

  /** A passage in which the feature is strong: a click puts it into the box above. */
  function example(feature, i, value) {
    const row = Array.from(rowOf(tensors.rows, rowOf(tensors.example_row, feature)[i]));
    const at = rowOf(tensors.example_position, feature)[i];
    const said = (from, to) => visible(row.slice(from, to).map((token) => strings[token]).join(""));
    const from = Math.max(1, at - 16);
    const button = html("button", { type: "button", title: "Read this passage" }, said(from, at), html("mark", { textContent: said(at, at + 1) }), said(at + 1, at + 8), html("span", { className: "small", textContent: `  ${value.toFixed(2)}` }));
    button.addEventListener("click", () => {
      const shown = row.slice(Math.max(1, at - 90), at + 24);
      show(shown.map((token) => strings[token]).join(""));
      state.at = Math.min(at, 91);
      changed();
    });
    return html("li", {}, button);
  }

  function drawNext({ logits, losses }) {
    const row = (all) => softmax(all.subarray(state.at * vocab, (state.at + 1) * vocab));
    const [before, after] = [row(found.logits), row(logits)];
    const [ranked, rankedAfter] = [before, after].map(order);
    const likely = ranked.slice(0, 5);
    const shown = [...likely, ...rankedAfter.filter((token) => !likely.includes(token)).slice(0, 3)].sort((x, y) => after[y] - after[x]);
    const most = Math.max(...shown.flatMap((token) => [before[token], after[token]]));
    const bar = (share) => html("td", {}, html("i", { style: `width: calc((100% - 4rem) * ${share / most})` }), percent(share));
    find("next").replaceChildren(...shown.map((token) => {
      const row = html("tr", {}, html("td", {}, code(token)), bar(before[token]), bar(after[token]));
      if (token === found.tokens[state.at + 1]) row.firstChild.append(html("span", { className: "small", textContent: " comes" }));
      return row;
    }));
    find("changed-head").textContent = { none: "the same", out: "without it", more: "turned up" }[state.what];
    for (const what of ["none", "out", "more"]) find(what).setAttribute("aria-pressed", state.what === what);
    find("much").hidden = state.what !== "more";
    find("times").value = state.times;
    find("times-said").textContent = `× ${state.times.toFixed(1)}`;
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [first, second] = [ranked[0], rankedAfter[0]];
    const win = first === second ? `${quoted(first)} stays the likeliest after ${quoted(found.tokens[state.at])}` : `${quoted(second)} takes the place of ${quoted(first)} after ${quoted(found.tokens[state.at])}`;
    const loss = losses.length ? ` Loss over the passage: ${mean(found.losses).toFixed(2)} nats${state.what === "none" ? "" : `, now ${mean(losses).toFixed(2)}`}.` : "";
    find("cost").textContent = `${state.what === "none" ? `Likeliest after ${quoted(found.tokens[state.at])}: ${quoted(first)}` : win}.${loss}`;
  }

  function choose(i) {
    if (found?.text !== state.text) return;
    state.at = Math.min(Math.max(i, Math.min(1, found.tokens.length - 1)), found.tokens.length - 1);
    draw();
    keep();
  }

  /** A token that is meant, and not passed over: the list follows it, whatever was searched for. */
  function pick(i) {
    state.query = find("query").value = "";
    choose(i);
  }

  /** Another passage. */
  function show(text) {
    state.text = find("typed").value = text;
    read();
  }

  let kept = 0;
  /** The address, not more often than a browser likes. */
  function keep() {
    clearTimeout(kept);
    kept = setTimeout(remember, 200);
  }
  function remember() {
    const { text, feature, at, what, times, query } = state;
    writeState({ feature, at, what: what === "none" ? null : what, times: what === "more" ? times : null, query, text: text === PASSAGE ? null : text });
  }
  function changed() {
    remember();
    draw();
  }

  function restore(said) {
    state.feature = Math.round(numberIn(said.feature, 0, dictionary.latents - 1, FIRST.feature));
    state.at = Math.round(numberIn(said.at, 0, longest - 1, FIRST.at));
    state.what = ["out", "more"].includes(said.what) ? said.what : "none";
    state.times = numberIn(said.times, 0, 3, 1);
    state.query = find("query").value = said.query ?? "";
    show(said.text ?? PASSAGE);
  }

  find("typed").addEventListener("input", () => {
    state.text = find("typed").value;
    state.at = longest;
    read();
    keep();
  });
  find("query").addEventListener("input", () => {
    state.query = find("query").value;
    changed();
  });
  find("times").addEventListener("input", () => {
    state.times = Number(find("times").value);
    changed();
  });
  for (const what of ["none", "out", "more"]) {
    find(what).addEventListener("click", () => {
      state.what = what;
      changed();
    });
  }
  find("roll").addEventListener("click", () => {
    const row = rowOf(tensors.rows, Math.floor(Math.random() * tensors.rows.shape[0]));
    show(Array.from(row.slice(1, 100), (token) => strings[token]).join(""));
    state.at = 60;
    changed();
  });
  find("tokens").addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -10, ArrowDown: 10, Home: -longest, End: longest }[event.key];
    if (!by) return;
    event.preventDefault();
    pick(state.at + by);
    find("tokens").children[state.at - 1]?.scrollIntoView({ block: "nearest" });
  });
  onTheme(draw);
  onState(restore);
  restore(readState());

  return {
    compute, encode: tokenizer.encode, search, largest, now: () => ({ ...state, text: found?.text, tokens: found?.tokens }),
    changed: async (text, options) => change(await compute(text), options),
  };
});

/** Where the numbers are, largest first. */
const order = (values) => Array.from(values.keys()).sort((i, j) => values[j] - values[i]);
const percent = (share) => (share < 0.001 ? "0 %" : `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`);
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
