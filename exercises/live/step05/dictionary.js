// The dictionary: which features are active, what a feature says, and the model without it or with more of it.

import { times } from "./transformer.js";

/** Numbers from 8 bits, (q − 128) · step; `stepAt` says which step belongs to number i. */
function unrounded(q, stepAt) {
  const numbers = new Float32Array(q.length);
  for (let i = 0; i < q.length; i++) numbers[i] = (q[i] - 128) * stepAt(i);
  return numbers;
}

/** The dictionary as numbers. `writes` [latent · d_model]: what one unit of each feature adds to the residual stream. */
export function openDictionary(tensors) {
  const [neurons, latents] = tensors.W_enc.shape;
  const d = tensors.writes.shape[1];
  const W_enc = unrounded(tensors.W_enc.data, (i) => tensors.W_enc_step.data[i % latents]);
  const writes = unrounded(tensors.writes.data, (i) => tensors.writes_step.data[Math.floor(i / d)]);
  const before = times(tensors.b_dec.data, 1, neurons, W_enc, latents); // (x − b_dec) W_enc + b_enc = x W_enc + bias
  const bias = Float64Array.from(before, (value, j) => tensors.b_enc.data[j] - value);
  return { neurons, latents, d, W_enc, bias, writes, scale: tensors.scale.data[0] };
}

/** How much of each feature there is at each position, h [t · latent]: ReLU((x − b_dec) W_enc + b_enc), x = scale · neurons. */
export function encode({ neurons: n, latents, W_enc, bias, scale }, neurons) {
  const x = neurons.map((value) => scale * value);
  return times(x, x.length / n, n, W_enc, latents).map((value, i) => Math.max(value + bias[i % latents], 0));
}

/** What one unit of a feature's direction adds to each logit, [vocab]. */
export function logitEffect({ d, writes }, feature, W_U) {
  return times(writes.subarray(feature * d, (feature + 1) * d), 1, d, W_U.data, W_U.shape[1]);
}

/** The same with a mean of 0: a number added to every logit changes no probability. */
export function centred(effect) {
  const mean = effect.reduce((sum, value) => sum + value, 0) / effect.length;
  return effect.map((value) => value - mean);
}

/** Logits [t · vocab] with `amounts[i]` of a direction added to the neurons at position i: after the MLP all is linear. */
export function moved(logits, effect, amounts) {
  const vocab = effect.length;
  const out = new Float64Array(logits.length);
  amounts.forEach((amount, i) => {
    for (let j = 0; j < vocab; j++) out[i * vocab + j] = logits[i * vocab + j] + amount * effect[j];
  });
  return out;
}
