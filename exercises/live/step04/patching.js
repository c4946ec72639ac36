// Activation patching: one activation of the clean run is put into the corrupted run. And circuits: all but some heads silenced.

import { logitDifference, run } from "./transformer.js";

/** How much of a metric a patch brings back: 0 is the corrupted run's value, 1 the clean run's. */
export const recovery = (patched, clean, corrupted) => (patched - corrupted) / (clean - corrupted);

/** A copy of `into` [rows · width], in which the numbers from `from` on, `count` of them, in some rows, are those of `source`. */
function replaced(into, source, width, rows, from = 0, count = width) {
  const out = Float64Array.from(into);
  for (const row of rows) for (let j = from; j < from + count; j++) out[row * width + j] = source[row * width + j];
  return out;
}

/** Both runs of a pair of prompts, and what a patch does to the corrupted one. Tokens by number; answers [IO, S]. */
export function bench(weights, clean, corrupted, answers) {
  const d = weights.W_O.shape[1];
  const dHead = d / weights.heads.data[0];
  const [cleanRun, corruptedRun] = [clean, corrupted].map((tokens) => run(weights, tokens));
  const [cleanMetric, corruptedMetric] = [cleanRun, corruptedRun].map((one) => logitDifference(one, answers));
  const all = [...clean.keys()];

  function patch(what, layer, rows, from, count) {
    const name = `${layer}.${what}`;
    const hooks = { [name]: (value) => replaced(value, cleanRun.cache[name], d, rows, from, count) };
    const difference = logitDifference(run(weights, corrupted, hooks, layer, corruptedRun.cache), answers); // nothing changes before the layer
    return { difference, recovery: recovery(difference, cleanMetric, corruptedMetric) };
  }
  return {
    clean: { ...cleanRun, difference: cleanMetric },
    corrupted: { ...corruptedRun, difference: corruptedMetric },
    /** `what` is resid_pre, attn_out or mlp_out. */
    patchPosition: (what, layer, position) => patch(what, layer, [position]),
    /** A head's z at all positions, or at one. */
    patchHead: (layer, head, position = null) => patch("z", layer, position === null ? all : [position], head * dHead, dHead),
  };
}

/** What every head writes on average over the control sentences of each frame: means[frame][layer], z [t · head · d_head]. */
export function templateMeans(weights, sentences) {
  const layers = weights.W_O.shape[0];
  const means = [];
  for (const { frame, control } of sentences) {
    const { cache } = run(weights, control);
    const share = 1 / sentences.filter((one) => one.frame === frame).length;
    means[frame] ??= Array.from({ length: layers }, () => new Float64Array(cache["0.z"].length));
    means[frame].forEach((mean, layer) => cache[`${layer}.z`].forEach((value, i) => (mean[i] += share * value)));
  }
  return means;
}

/** The mean logit difference when only the heads in `keep`, such as "2.1", are left to themselves: the others say their mean. */
export function score(weights, sentences, means, keep) {
  const [layers, d] = weights.W_O.shape;
  const dHead = d / weights.heads.data[0];
  const kept = Array.from({ length: layers }, (_, layer) => Array.from({ length: d }, (_, j) => keep.has(`${layer}.${Math.floor(j / dHead)}`)));
  const differences = sentences.map(({ frame, tokens, answers }) => {
    const hooks = {};
    for (let layer = 0; layer < layers; layer++) {
      const mean = means[frame][layer];
      hooks[`${layer}.z`] = (z) => z.map((value, i) => (kept[layer][i % d] ? value : mean[i]));
    }
    return logitDifference(run(weights, tokens, hooks), answers);
  });
  return differences.reduce((sum, value) => sum + value, 0) / differences.length;
}
