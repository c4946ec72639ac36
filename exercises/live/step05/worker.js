// Runs the model and the encoder in a thread of its own: a tenth of a second for a passage.

import { encode } from "./dictionary.js";
import { nextTokenLoss, runCodeModel } from "./transformer.js";

let weights, dictionary;

onmessage = ({ data }) => {
  if (data.weights) return void ({ weights, dictionary } = data);
  const { logits, neurons } = runCodeModel(weights, data.tokens);
  postMessage({ ...data, logits, h: encode(dictionary, neurons), losses: nextTokenLoss(logits, data.tokens) });
};
