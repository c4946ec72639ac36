// Waves on the circle of p numbers, and clocks made of them. Names are those of step 02's exercises.

/** cos and sin of 2πk·x/p at x = 0 … p − 1. */
export function wave(p, k) {
  const angle = (x) => (2 * Math.PI * ((k * x) % p)) / p;
  return [Float64Array.from({ length: p }, (_, x) => Math.cos(angle(x))), Float64Array.from({ length: p }, (_, x) => Math.sin(angle(x)))];
}

/** The embedding's coefficients on the unit cosine and sine of frequency k: two vectors [d_model]. */
function coefficients(W_E, k) {
  const [p, d] = [W_E.shape[0] - 1, W_E.shape[1]]; // the last row is "=", no number
  return wave(p, k).map((values) => {
    const out = new Float64Array(d);
    for (let x = 0; x < p; x++) for (let i = 0; i < d; i++) out[i] += values[x] * W_E.data[x * d + i];
    return out.map((value) => value * Math.sqrt(2 / p)); // as if the wave had norm 1
  });
}

const norm = (vector) => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** How much of each frequency 1 … (p − 1)/2 the embedding holds: cosine and sine together. */
export function embeddingSpectrum(W_E) {
  const p = W_E.shape[0] - 1;
  return Float64Array.from({ length: (p - 1) / 2 }, (_, i) => Math.hypot(...coefficients(W_E, i + 1).map(norm)));
}

/** Where each number lies [x, y] when the embedding is seen along its cosine and its sine of frequency k. */
export function circle(W_E, k) {
  const [p, d] = [W_E.shape[0] - 1, W_E.shape[1]];
  const directions = coefficients(W_E, k).map((vector) => vector.map((value) => value / norm(vector)));
  return Array.from({ length: p }, (_, x) => directions.map((direction) => {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += direction[i] * W_E.data[x * d + i];
    return sum;
  }));
}

/** Logits summed over the p pairs of each sum s = a + b [s · c]: all that a projection onto waves of a + b needs. */
export function summed(logits, p) {
  const sums = new Float64Array(p * p);
  for (let pair = 0; pair < p * p; pair++) {
    const s = (Math.floor(pair / p) + (pair % p)) % p;
    for (let c = 0; c < p; c++) sums[s * p + c] += logits[pair * p + c];
  }
  return sums;
}

/** The part of the logits that is made of cos and sin w(a + b) for one frequency [s · c], the same for all pairs of a sum. */
export function projectOntoFrequency(sums, p, k) {
  const out = new Float64Array(p * p);
  for (const values of wave(p, k)) {
    for (let c = 0; c < p; c++) {
      let coefficient = 0;
      for (let s = 0; s < p; s++) coefficient += (values[s] * sums[s * p + c] * 2) / (p * p);
      for (let s = 0; s < p; s++) out[s * p + c] += coefficient * values[s];
    }
  }
  return out;
}

/** −log softmax(row)[label], in nats. */
export function crossEntropy(row, label) {
  let [top, sum] = [-Infinity, 0];
  for (const value of row) top = Math.max(top, value);
  for (const value of row) sum += Math.exp(value - top);
  return Math.log(sum) + top - row[label];
}

/** What a model answers that keeps only these frequencies, and each answer's mean [s · c]. */
export function restrictedLogits(sums, p, frequencies) {
  const kept = new Float64Array(p * p);
  for (const k of frequencies) projectOntoFrequency(sums, p, k).forEach((value, i) => (kept[i] += value));
  for (let c = 0; c < p; c++) {
    let mean = 0;
    for (let s = 0; s < p; s++) mean += (sums[s * p + c] / p - kept[s * p + c]) / p;
    for (let s = 0; s < p; s++) kept[s * p + c] += mean;
  }
  return kept;
}

/** Loss and accuracy of logits [s · c] that depend on the sum alone, over all pairs. */
export function lossOfSums(logits, p) {
  let [loss, right] = [0, 0];
  for (let s = 0; s < p; s++) {
    const row = logits.subarray(s * p, (s + 1) * p);
    loss += crossEntropy(row, s) / p;
    right += row.indexOf(Math.max(...row)) === s ? 1 / p : 0;
  }
  return { loss, accuracy: right };
}

/** The training loss of the model without one frequency's waves of a + b; `train` are rows a · p + b. */
export function excludedLoss(logits, sums, p, k, train) {
  const wave = projectOntoFrequency(sums, p, k);
  const row = new Float64Array(p);
  let loss = 0;
  for (const pair of train) {
    const s = (Math.floor(pair / p) + (pair % p)) % p;
    for (let c = 0; c < p; c++) row[c] = logits[pair * p + c] - wave[s * p + c];
    loss += crossEntropy(row, s) / train.length;
  }
  return loss;
}

/** A clock of one's own: Σ_k cos w_k(a + b − c), each as loud as `loudness` [s · c]. */
export function clockLogits(p, frequencies, loudness) {
  const hands = new Float64Array(p);
  for (const k of frequencies) wave(p, k)[0].forEach((value, x) => (hands[x] += loudness * value));
  return Float64Array.from({ length: p * p }, (_, at) => hands[(Math.floor(at / p) - (at % p) + p) % p]);
}
