// Layers of attention and nothing else. Weights and names as in step 03; vectors are rows.

/** A matrix [rows · inner] times another [inner · columns] that begins at `at` of its data. */
function times(left, rows, inner, right, columns, at = 0) {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const value = left[i * inner + k];
      for (let j = 0; j < columns; j++) out[i * columns + j] += value * right[at + k * columns + j];
    }
  }
  return out;
}

/** Scores → a head's pattern [query · key]: each query's softmax over itself and the positions before it. */
function attend(query, key, t, dHead) {
  const pattern = new Float64Array(t * t);
  for (let i = 0; i < t; i++) {
    let [top, sum] = [-Infinity, 0];
    for (let j = 0; j <= i; j++) {
      let score = 0;
      for (let e = 0; e < dHead; e++) score += query[i * dHead + e] * key[j * dHead + e];
      pattern[i * t + j] = score / Math.sqrt(dHead);
      top = Math.max(top, pattern[i * t + j]);
    }
    for (let j = 0; j <= i; j++) sum += pattern[i * t + j] = Math.exp(pattern[i * t + j] - top);
    for (let j = 0; j <= i; j++) pattern[i * t + j] /= sum;
  }
  return pattern;
}

/** Logits [t · vocab], and every head's pattern [query · key] and output [t · d_model], by layer and head.
 *
 * Queries and keys read the stream and the positions, values the stream alone. A head in `overwrite`, an object such as
 * { "0.1": output }, adds that output in place of its own.
 */
export function attentionOnlyForward(weights, tokens, overwrite = {}) {
  const [layers, heads, d, dHead] = weights.W_Q.shape;
  const vocab = weights.W_U.shape[1];
  const t = tokens.length;
  const stream = new Float64Array(t * d);
  tokens.forEach((token, i) => stream.set(weights.W_E.data.subarray(token * d, (token + 1) * d), i * d));
  const [patterns, outputs] = [[], []];
  for (let layer = 0; layer < layers; layer++) {
    const placed = stream.map((value, i) => value + weights.W_pos.data[i]);
    patterns.push([]);
    outputs.push([]);
    for (let head = 0; head < heads; head++) {
      const at = (layer * heads + head) * d * dHead;
      const query = times(placed, t, d, weights.W_Q.data, dHead, at);
      const key = times(placed, t, d, weights.W_K.data, dHead, at);
      const value = times(stream, t, d, weights.W_V.data, dHead, at);
      const pattern = attend(query, key, t, dHead);
      const mixed = times(pattern, t, t, value, dHead);
      patterns[layer].push(pattern);
      outputs[layer].push(overwrite[`${layer}.${head}`] ?? times(mixed, t, dHead, weights.W_O.data, d, at));
    }
    for (const output of outputs[layer]) for (let i = 0; i < stream.length; i++) stream[i] += output[i]; // all read the same stream
  }
  return { logits: times(stream, t, d, weights.W_U.data, vocab), patterns, outputs };
}

/** What the model pays, in nats, at each position for the token after it: t − 1 numbers. */
export function perPositionLoss(logits, tokens) {
  const vocab = logits.length / tokens.length;
  return Float64Array.from({ length: tokens.length - 1 }, (_, i) => {
    const row = logits.subarray(i * vocab, (i + 1) * vocab);
    const top = Math.max(...row);
    return Math.log(row.reduce((sum, value) => sum + Math.exp(value - top), 0)) + top - row[tokens[i + 1]];
  });
}

/** Every head's mean output over several rows of tokens: what it says whatever the tokens are. By name, as "0.1". */
export function meanOutputs(weights, batch) {
  const means = {};
  for (const tokens of batch) {
    attentionOnlyForward(weights, tokens).outputs.forEach((layer, i) => layer.forEach((output, head) => {
      means[`${i}.${head}`] ??= new Float64Array(output.length);
      output.forEach((value, at) => (means[`${i}.${head}`][at] += value / batch.length));
    }));
  }
  return means;
}

/** How much a head attends to the position before: the mean over all queries that have one. */
export function previousTokenScore(pattern, t) {
  let sum = 0;
  for (let i = 1; i < t; i++) sum += pattern[i * t + i - 1];
  return sum / (t - 1);
}

/** How much a head attends, from tokens that have come before, to those after their earlier places; NaN without any. */
export function prefixMatchingScore(pattern, tokens) {
  let [sum, queries] = [0, 0];
  tokens.forEach((token, i) => {
    const earlier = tokens.slice(0, i).flatMap((other, j) => (other === token ? [j] : []));
    if (earlier.length) queries += 1;
    for (const j of earlier) sum += pattern[i * tokens.length + j + 1];
  });
  return sum / queries;
}
