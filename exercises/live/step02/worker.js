// Asks the final model all p² questions, in a thread of its own: a second or so.

import { allLogits } from "./transformer.js";
import { excludedLoss, summed } from "./waves.js";

onmessage = ({ data: { weights, train, frequencies } }) => {
  const p = weights.W_U.shape[1];
  const logits = allLogits(weights);
  const sums = summed(logits, p);
  const excluded = frequencies.map((k) => excludedLoss(logits, sums, p, k, train));
  postMessage({ logits, sums, excluded }, [logits.buffer]);
};
