// The model that adds: one layer of attention and an MLP, run on all p² questions at once. Weights as in step 02.
// Only "=" (the last position) is read, and its query is always the same. So what a head makes of a number depends on
// nothing but the number and its position: 2p + 1 streams are enough for all p² questions.

/** left [n · inner] times right [inner · columns], both row after row; `at` is where right begins in its array. */
function times(left, right, columns, inner = left.length, at = 0) {
  const rows = left.length / inner;
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inner; i++) {
      const value = left[row * inner + i];
      for (let j = 0; j < columns; j++) out[row * columns + j] += value * right[at + i * columns + j];
    }
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

/** The streams that "=" may look at, position after position: each number as a, each as b, and "=" itself. */
function streamsOf(weights) {
  const p = weights.W_E.shape[0] - 1;
  const numbers = Array.from({ length: p }, (_, token) => token);
  return [numbers, numbers, [p]].map((tokens, position) => tokens.map((token) => streamAt(weights, token, position)));
}

/** Of one head and one position: the score of each token as a key, [tokens]. */
function scoresOf({ W_Q, W_K }, head, streams, last) {
  const [, d, dHead] = W_Q.shape;
  const at = head * d * dHead;
  const query = times(last, W_Q.data, dHead, d, at);
  const asks = Float64Array.from({ length: d }, (_, i) => dot(query, W_K.data, at + i * dHead) / Math.sqrt(dHead));
  return streams.map((stream) => dot(asks, stream)); // query · key: W_K is in `asks` already
}

/** How much "=" looks at a, at b and at itself, in one head: a softmax over three scores. */
function pattern(onA, onB, own) {
  const top = Math.max(onA, onB, own);
  const powers = [Math.exp(onA - top), Math.exp(onB - top), Math.exp(own - top)];
  const sum = powers[0] + powers[1] + powers[2];
  return powers.map((power) => power / sum);
}

/** For every pair (row a · p + b): what arrives at "=", read through the columns of `readers` [d_model · columns]. */
function throughAll(weights, readers, columns) {
  const [heads, d, dHead] = weights.W_V.shape;
  const p = weights.W_E.shape[0] - 1;
  const streams = streamsOf(weights);
  const last = streams[2][0];
  const start = times(last, readers, columns);
  const out = new Float32Array(p * p * columns);
  for (let row = 0; row < p * p; row++) out.set(start, row * columns);
  for (let head = 0; head < heads; head++) {
    const at = head * d * dHead;
    const W_O = weights.W_O.data.subarray(at, at + dHead * d);
    const W_V = weights.W_V.data.subarray(at, at + d * dHead);
    const OV = times(W_V, times(W_O, readers, columns, d), columns, dHead); // from the stream that is seen to the readers
    const [scores, read] = [[], []];
    for (const of of streams) {
      scores.push(scoresOf(weights, head, of, last));
      read.push(of.map((stream) => times(stream, OV, columns)));
    }
    for (let a = 0; a < p; a++) {
      for (let b = 0; b < p; b++) {
        const row = (a * p + b) * columns;
        const [toA, toB, toOwn] = pattern(scores[0][a], scores[1][b], scores[2][0]);
        const [readA, readB, readOwn] = [read[0][a], read[1][b], read[2][0]];
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
  const W_L = times(weights.W_out.data, weights.W_U.data, p, d); // what each neuron adds to each logit
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
