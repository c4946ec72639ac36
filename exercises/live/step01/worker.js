// Trains in a thread of its own, so that the page never waits: settings come in, the model goes out many times a second.

import { Adam, lossAndGradient, newModel, sampleFeatures } from "./toy_model.js";

const BATCH = 512;
const LEARNING_RATE = 0.02;
const STEPS = 1600; // of one run; the learning rate is constant for half of them, then falls to zero
const RUN_SECONDS = 3; // that a run is spread over, so that one can watch
const BETWEEN = 12; // milliseconds from one message to the next

let settings, model, adamW, adamB, step, running;
let begun = 0; // when the run would have begun that is now at this step, were all steps equally long

onmessage = ({ data }) => {
  const before = settings;
  settings = data.settings ?? settings;
  const otherSize = !before || before.features !== settings.features || before.hidden !== settings.hidden;
  if (otherSize || data.restart) {
    model = newModel(settings.hidden, settings.features);
    adamW = new Adam(model.W.length);
    adamB = new Adam(model.b.length);
  }
  if (otherSize || data.restart || data.settings) step = begun = 0; // another world: training goes on from where it is
  running = data.running ?? running ?? true;
  say();
};

/** One step of training: a fresh batch, the gradient, Adam. */
function train() {
  const { features, probability, importance } = settings;
  const x = sampleFeatures(BATCH, new Float64Array(features).fill(probability));
  const weights = Float64Array.from({ length: features }, (_, i) => importance ** i);
  const { loss, dW, db } = lossAndGradient(model, x, weights);
  const learningRate = LEARNING_RATE * Math.min(1, 2 - (2 * step) / STEPS);
  adamW.step(model.W, dW, learningRate);
  adamB.step(model.b, db, learningRate);
  step += 1;
  return loss;
}

setInterval(() => {
  if (!settings || !running || step >= STEPS) {
    begun = 0;
    return;
  }
  const now = performance.now();
  const long = (RUN_SECONDS * 1000) / STEPS;
  begun ||= now - step * long;
  let [loss, count] = [0, 0];
  while (step < STEPS && step * long < now - begun && performance.now() - now < 3 * BETWEEN) {
    loss += train();
    count += 1;
  }
  if (count) say(loss / count);
}, BETWEEN);

function say(loss = null) {
  postMessage({ ...model, loss, step, steps: STEPS, running: running && step < STEPS });
}
