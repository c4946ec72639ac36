// A small GPT-2: LayerNorm, attention, MLP, layer after layer. Weights and names as in step 04; vectors are rows.

/** rows of `input` [t · inner] times layer number `layer` of weights [layer, inner, columns], plus its bias. */
function linear(weights, name, layer, input) {
  const { data, shape: [, inner, columns] } = weights[`W_${name}`];
  const bias = weights[`b_${name}`].data;
  const t = input.length / inner;
  const out = new Float64Array(t * columns);
  for (let i = 0; i < t; i++) {
    for (let j = 0; j < columns; j++) out[i * columns + j] = bias[layer * columns + j];
    for (let k = 0; k < inner; k++) {
      const value = input[i * inner + k];
      const from = (layer * inner + k) * columns;
      for (let j = 0; j < columns; j++) out[i * columns + j] += value * data[from + j];
    }
  }
  return out;
}

/** Each row minus its mean, divided by its standard deviation; gain and bias are folded into what reads it. */
export function layerNorm(stream, d) {
  const out = new Float64Array(stream.length);
  for (let i = 0; i < stream.length; i += d) {
    const row = stream.subarray(i, i + d);
    const mean = row.reduce((sum, value) => sum + value, 0) / d;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / d;
    for (let j = 0; j < d; j++) out[i + j] = (row[j] - mean) / Math.sqrt(variance + 1e-5);
  }
  return out;
}

const gelu = (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** z [t · head · d_head]: the values that each head has gathered, by its softmax over this place and those before. */
function gather(query, key, value, d, heads) {
  const t = query.length / d;
  const dHead = d / heads;
  const z = new Float64Array(t * d);
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < t; i++) {
      const scores = new Float64Array(i + 1);
      const [at, dot] = [i * d + head * dHead, (j) => j * d + head * dHead];
      for (let j = 0; j <= i; j++) {
        for (let e = 0; e < dHead; e++) scores[j] += (query[at + e] * key[dot(j) + e]) / Math.sqrt(dHead);
      }
      const top = Math.max(...scores);
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += scores[j] = Math.exp(scores[j] - top);
      for (let j = 0; j <= i; j++) {
        for (let e = 0; e < dHead; e++) z[at + e] += (scores[j] / sum) * value[dot(j) + e];
      }
    }
  }
  return z;
}

function embed({ W_E, W_pos }, tokens, d) {
  const stream = new Float64Array(tokens.length * d);
  tokens.forEach((token, i) => {
    for (let j = 0; j < d; j++) stream[i * d + j] = W_E.data[token * d + j] + W_pos.data[i * d + j];
  });
  return stream;
}

const plus = (stream, written) => stream.map((value, i) => value + written[i]);

/** Runs the model. Returns the logits after the last token, and every activation by name, such as "2.z".
 *
 * A hook, such as { "2.z": (z) => another }, lets the run go on with what it returns. Names: resid_pre, z, attn_out, mlp_out.
 * With `first`, the run begins at that layer, with the stream that `before`, another run's activations, has there.
 */
export function run(weights, tokens, hooks = {}, first = 0, before = null) {
  const [layers, d] = weights.W_O.shape;
  const heads = weights.heads.data[0];
  const cache = {};
  const point = (name, value) => (cache[name] = hooks[name] ? hooks[name](value) : value);

  let stream = before ? before[`${first}.resid_pre`] : embed(weights, tokens, d);
  for (let layer = first; layer < layers; layer++) {
    stream = point(`${layer}.resid_pre`, stream);
    const read = layerNorm(stream, d);
    const [query, key, value] = ["Q", "K", "V"].map((name) => linear(weights, name, layer, read));
    const z = point(`${layer}.z`, gather(query, key, value, d, heads));
    stream = plus(stream, point(`${layer}.attn_out`, linear(weights, "O", layer, z)));
    const neurons = linear(weights, "in", layer, layerNorm(stream, d)).map(gelu);
    stream = plus(stream, point(`${layer}.mlp_out`, linear(weights, "out", layer, neurons)));
  }
  const end = layerNorm(stream.subarray(-d), d);
  const vocab = weights.W_U.shape[1];
  const logits = Float64Array.from(weights.b_U.data);
  for (let k = 0; k < d; k++) for (let j = 0; j < vocab; j++) logits[j] += end[k] * weights.W_U.data[k * vocab + j];
  return { logits, cache };
}

/** logit(IO) − logit(S) after the last token. */
export const logitDifference = ({ logits }, [io, s]) => logits[io] - logits[s];
