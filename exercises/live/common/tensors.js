// Tensors from a safetensors file: 8 bytes say how long the header is, the header (JSON) says where each tensor lies.

const READERS = {
  F16: (buffer) => lookUp(new Uint16Array(buffer)),
  F32: (buffer) => new Float32Array(buffer),
  U8: (buffer) => new Uint8Array(buffer),
  I32: (buffer) => new Int32Array(buffer),
};

/** Name → { shape, data } of every tensor in the file at `url`, unpacked first where it is gzipped. */
export async function loadTensors(url) {
  return parseTensors(await loadBytes(url));
}

/** The JSON in the file at `url`, unpacked first where it is gzipped. */
export async function loadJson(url) {
  return JSON.parse(new TextDecoder().decode(await loadBytes(url)));
}

async function loadBytes(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${new URL(url, location.href).pathname} cannot be loaded (${answer.status}).`);
  const bytes = await answer.arrayBuffer();
  const start = new Uint8Array(bytes, 0, 2);
  if (start[0] !== 0x1f || start[1] !== 0x8b) return bytes; // the server has unpacked it already
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unpacked).arrayBuffer();
}

export function parseTensors(bytes) {
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
  delete header.__metadata__;
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(header)) {
    tensors[name] = { shape, data: READERS[dtype](bytes.slice(8 + length + from, 8 + length + to)) };
  }
  return tensors;
}

let halves; // every number that half precision has

/** Half precision to numbers. */
function lookUp(bits) {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, i) => halfToNumber(i));
  const numbers = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) numbers[i] = halves[bits[i]];
  return numbers;
}

/** The number that 16 bits of half precision stand for: sign, 5 bits of exponent, 10 of mantissa. */
export function halfToNumber(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
