// Reading a toy model's weights. Names are those of step 01's exercises; W is [hidden · feature], row after row.

/** ‖W_i‖ of every feature: near 0 (left out) or near 1. */
export function represented({ hidden, features, W }) {
  return Float64Array.from({ length: features }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < hidden; k++) sum += W[k * features + i] ** 2;
    return Math.sqrt(sum);
  });
}

/** The Gram matrix WᵀW [feature · feature]: W_i · W_j. */
export function gram({ hidden, features, W }) {
  const products = new Float64Array(features * features);
  for (let i = 0; i < features; i++) {
    for (let j = 0; j < features; j++) {
      for (let k = 0; k < hidden; k++) products[i * features + j] += W[k * features + i] * W[k * features + j];
    }
  }
  return products;
}

/** The fraction of a dimension that each feature gets, D_i = ‖W_i‖² / Σ_j (Ŵ_i · W_j)²; 0 for a feature of no length. */
export function featureDimensionality(model) {
  const products = gram(model);
  const n = model.features;
  return Float64Array.from({ length: n }, (_, i) => {
    const square = products[i * n + i];
    let sum = 0;
    for (let j = 0; j < n; j++) sum += products[i * n + j] ** 2 / square;
    return sum > 0 ? square / sum : 0;
  });
}

/** The angles between neighbouring features of a plane, all the way round, in degrees: 72 five times for a pentagon. */
export function gaps({ features, W }) {
  const degrees = Array.from({ length: features }, (_, i) => (Math.atan2(W[features + i], W[i]) * 180) / Math.PI);
  degrees.sort((a, b) => a - b);
  return degrees.map((angle, i) => (i + 1 < features ? degrees[i + 1] : degrees[0] + 360) - angle);
}

/** The expected losses of the three ways to fit two features into one dimension: [ignored, dedicated, antipodal].
 *
 * Both are there with `probability`; importances are 1 and `importance`. Derived in step 01's lesson.
 */
export function phaseLosses(probability, importance) {
  const leftOut = probability / 3 - probability ** 2 / 4;
  const collision = probability ** 2 / 6;
  return [(importance * leftOut) / 2, leftOut / 2, ((1 + importance) * collision) / 2];
}
