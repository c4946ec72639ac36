// One layer of attention and MLP, without LayerNorm. Weights and names as in step 05; vectors are rows.

/** A matrix [rows · inner] times another [inner · columns] that begins at `at` of its data. */
export function times(left, rows, inner, right, columns, at = 0) {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const value = left[i * inner + k];
      if (value === 0) continue; // most neurons are silent
      for (let j = 0; j < columns; j++) out[i * columns + j] += value * right[at + k * columns + j];
    }
  }
  return out;
}

/** What one head gathers [t · d_head]: each query's softmax over itself and the positions before it, times the values. */
function gather(query, key, value, t, dHead) {
  const gathered = new Float64Array(t * dHead);
  for (let i = 0; i < t; i++) {
    const scores = Array.from({ length: i + 1 }, (_, j) => {
      let score = 0;
      for (let e = 0; e < dHead; e++) score += query[i * dHead + e] * key[j * dHead + e];
      return score / Math.sqrt(dHead);
    });
    const shares = softmax(scores);
    for (let j = 0; j <= i; j++) {
      for (let e = 0; e < dHead; e++) gathered[i * dHead + e] += shares[j] * value[j * dHead + e];
    }
  }
  return gathered;
}

/** Logits [t · vocab], and the MLP's neurons [t · neuron] after their ReLU. */
export function runCodeModel(weights, tokens) {
  const [heads, d, dHead] = weights.W_Q.shape;
  const [neuronCount, vocab] = [weights.W_in.shape[1], weights.W_U.shape[1]];
  const t = tokens.length;
  const stream = new Float64Array(t * d);
  const add = (values) => values.forEach((value, i) => (stream[i] += value));
  tokens.forEach((token, i) => stream.set(weights.W_E.data.subarray(token * d, (token + 1) * d), i * d));
  add(weights.W_pos.data.subarray(0, t * d));

  const outputs = Array.from({ length: heads }, (_, head) => {
    const project = (name) => times(stream, t, d, weights[name].data, dHead, head * d * dHead);
    const gathered = gather(project("W_Q"), project("W_K"), project("W_V"), t, dHead);
    return times(gathered, t, dHead, weights.W_O.data, d, head * dHead * d);
  });
  outputs.forEach(add); // all heads have read the same stream

  const neurons = times(stream, t, d, weights.W_in.data, neuronCount)
    .map((value, i) => Math.max(value + weights.b_in.data[i % neuronCount], 0));
  add(times(neurons, t, neuronCount, weights.W_out.data, d));
  stream.forEach((value, i) => (stream[i] = value + weights.b_out.data[i % d]));
  return { logits: times(stream, t, d, weights.W_U.data, vocab), neurons };
}

export function softmax(logits) {
  const top = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  const shares = logits.map((value) => Math.exp(value - top));
  const sum = shares.reduce((total, value) => total + value, 0);
  return shares.map((value) => value / sum);
}

/** What the model pays, in nats, at each position for the token after it: t − 1 numbers. */
export function nextTokenLoss(logits, tokens) {
  const vocab = logits.length / tokens.length;
  return Float64Array.from({ length: tokens.length - 1 }, (_, i) => {
    const row = logits.subarray(i * vocab, (i + 1) * vocab);
    let [top, sum] = [-Infinity, 0];
    for (let j = 0; j < vocab; j++) if (row[j] > top) top = row[j];
    for (let j = 0; j < vocab; j++) sum += Math.exp(row[j] - top);
    return Math.log(sum) + top - row[tokens[i + 1]];
  });
}
