// The page: what happens when somebody draws. The network itself is in templates.js.

import { colour, css, diverging, inkScale, onTheme } from "../common/colours.js";
import { eachFrame, openPage } from "../common/page.js";
import { heatmap, html, path, scale, sharp, svg } from "../common/plots.js";
import { numberIn, onState, readState, writeState } from "../common/state.js";
import { loadTensors } from "../common/tensors.js";
import { drawingPad } from "./pad.js";
import { CLASSES, PIXELS, SIDE, logits, offCentre, pixelContributions, shifted, softmax, templates } from "./templates.js";

const find = (id) => document.getElementById(id);
const FARTHEST = 10; // pixels to either side in "If it stood elsewhere"

openPage(async () => {
  const { W, bias, examples } = await loadTensors("templates.safetensors.gz");
  const pictures = templates(W.data);
  const limit = 0.5 * pictures.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

  /** Everything that the page shows of one image [784], numbers from 0 to 1. */
  function compute(image) {
    const z = logits(image, W.data, bias.data);
    return { logits: z, probabilities: softmax(z), contributions: pixelContributions(image, W.data) };
  }

  const ink = new Float32Array(PIXELS);
  let chosen = null; // the class whose votes are large; the first when nobody has chosen
  let shows = "templates";
  let origin = {}; // what the address says of the ink: { digit, right, down } or { ink }

  const pen = drawingPad(find("pad"), ink, { changed: () => draw(), finished: drawn, moved: () => draw() });
  const tiles = Array.from({ length: CLASSES }, (_, digit) => tile(digit));
  find("classes").append(...tiles.map(({ item }) => item));

  const draw = eachFrame(() => {
    const found = compute(ink);
    const empty = !ink.some((value) => value > 0);
    const first = found.logits.indexOf(Math.max(...found.logits));
    const large = chosen ?? first;
    drawPad(empty);
    drawTiles(found, empty, first, large);
    drawLarge(found, empty, large);
    drawMoved(empty, first);
    const share = Math.round(100 * found.probabilities[first]);
    find("verdict").innerHTML = empty ? "Nothing to read yet." : `The network reads <b>${first}</b> with ${share} %.`;
  });

  function drawPad(empty) {
    const { context, width } = sharp(find("pad"));
    const pixel = width / SIDE;
    for (let p = 0; p < PIXELS; p++) {
      if (!ink[p]) continue;
      context.fillStyle = css(inkScale(ink[p]));
      context.fillRect((p % SIDE) * pixel, Math.floor(p / SIDE) * pixel, pixel + 0.5, pixel + 0.5);
    }
    context.strokeStyle = css(colour("line"));
    context.setLineDash([4, 4]);
    context.strokeRect(4 * pixel, 4 * pixel, 20 * pixel, 20 * pixel); // MNIST's digits lie in here
    if (pen.shown) {
      context.setLineDash([]);
      context.strokeStyle = context.fillStyle = css(colour("positive"));
      context.lineWidth = 2;
      context.beginPath();
      context.arc(pen.column * pixel, pen.row * pixel, 1.4 * pixel, 0, 2 * Math.PI);
      context.stroke();
      if (pen.down) context.fill();
    }
    find("hint").hidden = !empty || pen.shown;
    find("hint").style.display = find("hint").hidden ? "none" : "";
  }

  function tile(digit) {
    const canvas = html("canvas", { className: "pixels" });
    const share = html("span", { className: "share" });
    const bar = html("i");
    const button = html("button", { type: "button" }, canvas,
      html("span", { className: "line" }, html("span", { className: "digit", textContent: digit }), share),
      html("span", { className: "bar", style: "display: block" }, bar));
    button.addEventListener("click", () => {
      chosen = chosen === digit ? null : digit;
      remember();
      draw();
    });
    return { item: html("li", {}, button), button, canvas, share, bar };
  }

  function drawTiles(found, empty, first, large) {
    const most = Math.max(12, ...found.logits.map(Math.abs));
    tiles.forEach(({ button, canvas, share, bar }, digit) => {
      const values = shows === "templates" ? pictures : found.contributions;
      heatmap(canvas, values.subarray(digit * PIXELS, (digit + 1) * PIXELS), SIDE, SIDE, (v) => diverging(v, limit));
      const score = signed(found.logits[digit]);
      share.textContent = empty ? "" : score;
      bar.style.transform = `scaleX(${empty ? 0 : found.logits[digit] / most})`;
      bar.className = found.logits[digit] < 0 ? "minus" : "";
      button.classList.toggle("first", !empty && digit === first);
      button.setAttribute("aria-pressed", digit === large && !empty);
      button.setAttribute("aria-label", empty ? `${digit}. Show its template large.` : `${digit}: score ${score}. Show its votes large.`);
    });
  }

  function drawLarge(found, empty, large) {
    const votes = found.contributions.subarray(large * PIXELS, (large + 1) * PIXELS);
    const values = empty ? pictures.subarray(large * PIXELS, (large + 1) * PIXELS) : votes;
    heatmap(find("large"), values, SIDE, SIDE, (v) => diverging(v, limit));
    find("large-title").textContent = empty ? `The template of ${large}` : `Votes on ${large}`;
    const sum = (sign) => votes.reduce((total, vote) => total + (vote * sign > 0 ? vote : 0), 0);
    const said = `${signed(sum(1))} for, ${signed(sum(-1))} against, ${signed(bias.data[large])} from the bias`;
    find("sum").textContent = empty ? "Orange: ink here would speak for it." : `${said}: together ${signed(found.logits[large])}.`;
    find("large").setAttribute("aria-label", empty ? `The template of ${large}` : `Votes of each pixel on ${large}: ${said}`);
  }

  function drawMoved(empty, first) {
    const rights = Array.from({ length: 2 * FARTHEST + 1 }, (_, i) => i - FARTHEST);
    const scores = rights.map((right) => logits(shifted(ink, right, 0), W.data, bias.data));
    const reads = scores.map((z) => z.indexOf(Math.max(...z)));
    const all = scores.flatMap((z) => Array.from(z));
    const width = find("moved").clientWidth;
    const x = scale([-FARTHEST, FARTHEST], [14, width - 14]);
    const each = width < 480 ? 2 : 1; // how many pixels apart there is room for a digit
    const y = scale([Math.min(-5, ...all), Math.max(5, ...all)], [150, 12]);
    const lines = tiles.map((_, digit) => digit).sort((a) => (a === first ? 1 : -1)).map((digit) =>
      svg("path", { class: digit === first ? "score best" : "score", d: path(rights.map(x), scores.map((z) => y(z[digit]))) }));
    const texts = rights.flatMap((right, i) => right % each ? [] : [
      svg("text", { x: x(right), y: 180, class: reads[i] === first ? "reads same" : "reads" }, empty ? "·" : `${reads[i]}`),
      ...(right % (2 * each) ? [] : [svg("text", { x: x(right), y: 203, class: "tick" }, right > 0 ? `+${right}` : `${right}`.replace("-", "−"))]),
    ]);
    find("moved").replaceChildren(
      svg("path", { class: "axis", d: `M14,${y(0)}H${width - 14} M${x(0)},8V160` }), ...(empty ? [] : lines), ...texts);
    const said = rights.map((right, i) => `${right}: ${reads[i]}`).join(", ");
    find("moved").setAttribute("aria-label", empty ? "Nothing is drawn yet" : `What the network reads by pixels moved to the right: ${said}`);
  }

  function change(image, from) {
    ink.set(image);
    origin = from;
    remember();
    draw();
  }

  function drawn() {
    origin = { ink: pack(ink) };
    remember();
  }

  function move(right, down) {
    const image = shifted(ink, right, down);
    const { digit, right: before = 0, down: above = 0 } = origin;
    change(image, digit ? { digit, right: before + right, down: above + down } : { ink: pack(image) });
  }

  function bring(digit) {
    const [was, which] = (origin.digit ?? "").split(".");
    const next = was === `${digit}` ? (Number(which) + 1) % examples.shape[1] : 0;
    change(example(digit, next), { digit: `${digit}.${next}`, right: 0, down: 0 });
  }

  function example(digit, which) {
    const at = (digit * examples.shape[1] + which) * PIXELS;
    return Float32Array.from(examples.data.subarray(at, at + PIXELS), (value) => value / 255);
  }

  function remember() {
    writeState({ ...origin, votes: chosen, show: shows === "votes" ? "votes" : null });
  }

  function restore(state) {
    chosen = /^\d$/.test(state.votes ?? "") ? Number(state.votes) : null;
    show(state.show === "votes" ? "votes" : "templates");
    const named = /^(\d)\.(\d)$/.exec(state.digit ?? "");
    if (named && Number(named[2]) < examples.shape[1]) {
      const [right, down] = ["right", "down"].map((name) => Math.round(numberIn(state[name], -SIDE, SIDE, 0)));
      change(shifted(example(Number(named[1]), Number(named[2])), right, down), { digit: state.digit, right, down });
    } else if (state.ink) change(unpack(state.ink), { ink: state.ink });
    else change(new Float32Array(PIXELS), {});
  }

  function show(what) {
    shows = what;
    find("show-templates").setAttribute("aria-pressed", what === "templates");
    find("show-votes").setAttribute("aria-pressed", what === "votes");
    draw();
  }

  for (const what of ["templates", "votes"]) {
    find(`show-${what}`).addEventListener("click", () => {
      show(what);
      remember();
    });
  }
  for (const button of document.querySelectorAll("[data-move]")) {
    button.addEventListener("click", () => move(...button.dataset.move.split(",").map(Number)));
  }
  find("centre").addEventListener("click", () => {
    const { right, down } = offCentre(ink);
    move(right, down);
  });
  find("clear").addEventListener("click", () => change(new Float32Array(PIXELS), {}));
  document.querySelector(".digits").append(...tiles.map((_, digit) => {
    const button = html("button", { type: "button", textContent: digit, ariaLabel: `Ready-made ${digit}` });
    button.addEventListener("click", () => bring(digit));
    return button;
  }));
  addEventListener("keydown", (event) => {
    if (/^\d$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) bring(Number(event.key));
  });
  addEventListener("resize", draw);
  onTheme(draw);
  onState(restore);
  restore(readState());
  return { compute, templates: () => pictures, shifted };
});

/** With one digit, and a minus as print has it. */
const signed = (value) => value.toFixed(1).replace(/^-0\.0$/, "0.0").replace("-", "−");

/** The ink as text: 16 levels, one hexadecimal digit a pixel, and z9. for nine zeros. */
function pack(ink) {
  const levels = Array.from(ink, (value) => Math.round(15 * value).toString(16)).join("");
  return levels.replace(/0{2,}/g, (zeros) => `z${zeros.length}.`);
}

function unpack(text) {
  const levels = text.replace(/z(\d{1,3})\./g, (_, count) => "0".repeat(Number(count)));
  return Float32Array.from({ length: PIXELS }, (_, p) => (Number.parseInt(levels[p], 16) || 0) / 15);
}
