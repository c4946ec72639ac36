// The whole network: ten templates, ten biases, and a sum. Names are those of step 00's exercises.
// An image is 784 numbers from 0 (paper) to 1 (ink), row after row; W holds 10 rows of 784 weights, one after the other.

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
export const CLASSES = 10;

/** z[c] = Σₚ W[c, p] · x[p] + bias[c], the score of every class. */
export function logits(x, W, bias) {
  return Float64Array.from(bias, (start, c) => {
    let sum = start;
    for (let p = 0; p < PIXELS; p++) sum += W[c * PIXELS + p] * x[p];
    return sum;
  });
}

/** exp(z[c]) / Σₖ exp(z[k]); taking the largest away first changes nothing and keeps exp from overflowing. */
export function softmax(z) {
  const top = Math.max(...z);
  const powers = Float64Array.from(z, (value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((value) => value / sum);
}

/** What each pixel adds to each class's score, W[c, p] · x[p]: 10 pictures, one after the other. */
export function pixelContributions(x, W) {
  return Float32Array.from(W, (weight, i) => weight * x[i % PIXELS]);
}

/** W without what all rows share: at every pixel the ten templates sum to 0. */
export function templates(W) {
  const mean = new Float32Array(PIXELS);
  for (let i = 0; i < W.length; i++) mean[i % PIXELS] += W[i] / CLASSES;
  return Float32Array.from(W, (weight, i) => weight - mean[i % PIXELS]);
}

/** The image moved `right` columns and `down` rows. What leaves the frame is lost, and nothing wraps around. */
export function shifted(x, right, down) {
  const moved = new Float32Array(PIXELS);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const [fromRow, fromColumn] = [row - down, column - right];
      if (fromRow < 0 || fromRow >= SIDE || fromColumn < 0 || fromColumn >= SIDE) continue;
      moved[row * SIDE + column] = x[fromRow * SIDE + fromColumn];
    }
  }
  return moved;
}

/** How far to move the image so that the middle of its ink is the middle of the frame, as MNIST's images are. */
export function offCentre(x) {
  let [ink, sumRow, sumColumn] = [0, 0, 0];
  for (let p = 0; p < PIXELS; p++) {
    ink += x[p];
    sumRow += x[p] * Math.floor(p / SIDE);
    sumColumn += x[p] * (p % SIDE);
  }
  const middle = (SIDE - 1) / 2;
  return ink ? { right: Math.round(middle - sumColumn / ink), down: Math.round(middle - sumRow / ink) } : { right: 0, down: 0 };
}
