// The toy model x̂ = ReLU(WᵀW x + b) and its training, with the gradient by hand. Names are those of step 01's exercises.
// W is [hidden · feature], row after row: column i is the direction of feature i. One model, so there is no instance axis.

/** A batch of sparse features [batch · feature]: each is there with its probability, and then uniform from 0 to 1. */
export function sampleFeatures(batch, probability, random = Math.random) {
  const features = probability.length;
  const x = new Float64Array(batch * features);
  for (let i = 0; i < x.length; i++) {
    if (random() < probability[i % features]) x[i] = random();
  }
  return x;
}

/** A new model: W uniform between ±√(6 / (hidden + features)), b zero. */
export function newModel(hidden, features, random = Math.random) {
  const most = Math.sqrt(6 / (hidden + features));
  const W = Float64Array.from({ length: hidden * features }, () => (2 * random() - 1) * most);
  return { hidden, features, W, b: new Float64Array(features) };
}

/** The loss, importance · (x − x̂)² averaged over batch and features, and its gradient with respect to W and b. */
export function lossAndGradient({ hidden, features, W, b }, x, importance) {
  const batch = x.length / features;
  const [dW, db] = [new Float64Array(W.length), new Float64Array(features)];
  const [h, dPre, dH] = [new Float64Array(hidden), new Float64Array(features), new Float64Array(hidden)];
  let loss = 0;
  for (let row = 0; row < x.length; row += features) {
    for (let k = 0; k < hidden; k++) {
      h[k] = 0; // h = W x
      for (let i = 0; i < features; i++) h[k] += W[k * features + i] * x[row + i];
    }
    dH.fill(0);
    for (let i = 0; i < features; i++) {
      let pre = b[i]; // Wᵀ h + b
      for (let k = 0; k < hidden; k++) pre += W[k * features + i] * h[k];
      const error = Math.max(pre, 0) - x[row + i];
      loss += importance[i] * error * error;
      dPre[i] = pre > 0 ? (2 * importance[i] * error) / (batch * features) : 0; // the ReLU lets nothing back below zero
      db[i] += dPre[i];
      for (let k = 0; k < hidden; k++) dH[k] += W[k * features + i] * dPre[i];
    }
    for (let k = 0; k < hidden; k++) {
      for (let i = 0; i < features; i++) {
        dW[k * features + i] += h[k] * dPre[i] + dH[k] * x[row + i]; // W stands in x̂ twice
      }
    }
  }
  return { loss: loss / (batch * features), dW, db };
}

/** Adam (Kingma and Ba 2015) for the parameters of one array: keep it, and call `step` with each gradient. */
export class Adam {
  constructor(size, [beta1, beta2] = [0.9, 0.999]) {
    Object.assign(this, { beta1, beta2, time: 0, mean: new Float64Array(size), square: new Float64Array(size) });
  }

  step(parameters, gradient, learningRate) {
    this.time += 1;
    const [correct1, correct2] = [1 - this.beta1 ** this.time, 1 - this.beta2 ** this.time];
    for (let i = 0; i < parameters.length; i++) {
      this.mean[i] += (1 - this.beta1) * (gradient[i] - this.mean[i]);
      this.square[i] += (1 - this.beta2) * (gradient[i] ** 2 - this.square[i]);
      parameters[i] -= (learningRate * this.mean[i]) / correct1 / (Math.sqrt(this.square[i] / correct2) + 1e-8);
    }
  }
}
