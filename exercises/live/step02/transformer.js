// The model that adds: one layer of attention and an MLP, run on all p² questions at once. Weights as in step 02.
// Only "=" (the last position) is read, and its query is always the same. So what a head makes of a number depends on
// nothing but the number and its position: tables of it are enough.

export const POSITIONS = 3; // a, b and "="

/** out[j] = Σ_i vector[i] · matrix[at + i · columns + j], for a matrix that lies row after row. */
function times(vector, matrix, columns, at = 0) {
  const out = new Float64Array(columns);
  for (let i = 0; i < vector.length; i++) {
    for (let j = 0; j < columns; j++) out[j] += vector[i] * matrix[at + i * columns + j];
  }
  return out;
}

/** vector · the numbers of another that begin at `at`. */
function dot(vector, other, at = 0) {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * other[at + i];
  return sum;
}

/** The stream at a position where a token stands: W_E[token] + W_pos[position]. */
function streamAt({ W_E, W_pos }, token, position) {
  const d = W_E.shape[1];
  return Float64Array.from({ length: d }, (_, i) => W_E.data[token * d + i] + W_pos.data[position * d + i]);
}

const known = new WeakMap(); // weights → their tables, so that the next neuron need not wait for them

/** Per head and position: the score of each token as a key, and what it adds to the stream of "=" where it is seen. */
function headTables(weights) {
  if (!known.has(weights)) known.set(weights, makeTables(weights));
  return known.get(weights);
}

function makeTables(weights) {
  const [heads, d, dHead] = weights.W_Q.shape;
  const p = weights.W_E.shape[0] - 1;
  const last = streamAt(weights, p, 2);
  return Array.from({ length: heads }, (_, h) => {
    const at = h * d * dHead;
    const query = times(last, weights.W_Q.data, dHead, at);
    const asks = Float64Array.from({ length: d }, (_, i) => dot(query, weights.W_K.data, at + i * dHead) / Math.sqrt(dHead));
    return Array.from({ length: POSITIONS }, (_, position) => {
      const tokens = position < 2 ? Array.from({ length: p }, (_, token) => token) : [p];
      const streams = tokens.map((token) => streamAt(weights, token, position));
      const scores = streams.map((stream) => dot(asks, stream)); // query · key: W_K is in `asks` already
      const written = streams.map((stream) => times(times(stream, weights.W_V.data, dHead, at), weights.W_O.data, d, at));
      return { scores, written };
    });
  });
}

/** How much "=" looks at a, at b and at itself, in one head: a softmax over three scores. */
function pattern([first, second, own], a, b) {
  const scores = [first.scores[a], second.scores[b], own.scores[0]];
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers[0] + powers[1] + powers[2];
  return powers.map((power) => power / sum);
}

/** For every pair (row a · p + b): what arrives at "=", read through the columns of `readers` [d_model · columns]. */
function throughAll(weights, readers, columns) {
  const p = weights.W_E.shape[0] - 1;
  const start = times(streamAt(weights, p, 2), readers, columns);
  const heads = headTables(weights).map((positions) =>
    positions.map(({ scores, written }) => ({ scores, read: written.map((vector) => times(vector, readers, columns)) })));
  const out = new Float32Array(p * p * columns);
  for (let a = 0; a < p; a++) {
    for (let b = 0; b < p; b++) {
      const row = (a * p + b) * columns;
      for (let j = 0; j < columns; j++) out[row + j] = start[j];
      for (const head of heads) {
        const [toA, toB, toOwn] = pattern(head, a, b);
        const [readA, readB, readOwn] = [head[0].read[a], head[1].read[b], head[2].read[0]];
        for (let j = 0; j < columns; j++) out[row + j] += toA * readA[j] + toB * readB[j] + toOwn * readOwn[j];
      }
    }
  }
  return out;
}

/** One neuron's activation for all pairs [p · p]: the ReLU of what its column of W_in reads. */
export function neuronMap(weights, neuron) {
  const [d, neurons] = weights.W_in.shape;
  const column = Float64Array.from({ length: d }, (_, i) => weights.W_in.data[i * neurons + neuron]);
  return throughAll(weights, column, 1).map((value) => Math.max(value, 0));
}

/** The logits of all pairs [p² · p]. A second's work: done in the worker. */
export function allLogits(weights) {
  const [d, neurons] = weights.W_in.shape;
  const p = weights.W_U.shape[1];
  const active = throughAll(weights, weights.W_in.data, neurons);
  const logits = throughAll(weights, weights.W_U.data, p); // what the stream says without the MLP
  const W_L = new Float64Array(neurons * p); // W_out W_U: what each neuron adds to each logit
  for (let n = 0; n < neurons; n++) {
    W_L.set(times(weights.W_out.data.subarray(n * d, (n + 1) * d), weights.W_U.data, p), n * p);
  }
  const sum = new Float64Array(p);
  for (let pair = 0; pair < p * p; pair++) {
    sum.fill(0);
    for (let n = 0; n < neurons; n++) {
      const value = active[pair * neurons + n];
      if (value <= 0) continue; // the ReLU
      for (let c = 0; c < p; c++) sum[c] += value * W_L[n * p + c];
    }
    for (let c = 0; c < p; c++) logits[pair * p + c] += sum[c];
  }
  return logits;
}
