// Text to tokens and back: byte-level BPE. Text is cut into words, a word's bytes are merged two by two, in learned order.

const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** A printable character for each byte: itself where it is printable, others from 256 on. */
const LETTERS = Array.from({ length: 256 }, (_, byte) => byte);
LETTERS.filter((byte) => !(byte >= 33 && byte <= 126) && !(byte >= 161 && byte !== 173)).forEach((byte, i) => (LETTERS[byte] = 256 + i));

/** `encode` text to the numbers of tokens; `strings` are what each token stands for. */
export function makeTokenizer({ vocabulary, merges }) {
  const numbers = new Map(vocabulary.map((token, i) => [token, i]));
  const ranks = new Map(merges.map((pair, i) => [pair.join(" "), i]));
  const bytes = new Map(LETTERS.map((letter, byte) => [String.fromCharCode(letter), byte]));
  const read = (token) => new TextDecoder().decode(Uint8Array.from(token, (letter) => bytes.get(letter)));

  function merged(word) {
    const parts = Array.from(new TextEncoder().encode(word), (byte) => String.fromCharCode(LETTERS[byte]));
    for (;;) {
      let [best, at] = [Infinity, -1];
      for (let i = 0; i + 1 < parts.length; i++) {
        const rank = ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Infinity;
        if (rank < best) [best, at] = [rank, i];
      }
      if (at < 0) return parts;
      parts.splice(at, 2, parts[at] + parts[at + 1]);
    }
  }
  return {
    encode: (text) => (text.match(WORDS) ?? []).flatMap(merged).map((token) => numbers.get(token)),
    strings: vocabulary.map((token, i) => (i ? read(token) : "")), // number 0 stands between two files
  };
}

/** A token with its line breaks and tabs to be seen. */
export const visible = (string) => string.replaceAll("\n", "⏎").replaceAll("\t", "⇥");
