// Every head's mean output over the test sequences, for one snapshot: half a second, in a thread of its own.

import { meanOutputs } from "./transformer.js";

onmessage = ({ data: { time, weights, batch } }) => postMessage({ time, means: meanOutputs(weights, batch) });
