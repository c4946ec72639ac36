// Judges circuits on the 48 sentences, in a thread of its own: a quarter of a second for each.

import { score, templateMeans } from "./patching.js";

let weights, sentences, means, model;

onmessage = ({ data }) => {
  if (data.weights) {
    ({ weights, sentences } = data);
    means = templateMeans(weights, sentences);
    const [layers, heads] = [weights.W_O.shape[0], weights.heads.data[0]];
    const every = Array.from({ length: layers * heads }, (_, i) => `${Math.floor(i / heads)}.${i % heads}`);
    model = score(weights, sentences, means, new Set(every));
    return;
  }
  const circuit = score(weights, sentences, means, new Set(data.circuit));
  postMessage({ ...data, score: circuit, model, ratio: circuit / model });
};
