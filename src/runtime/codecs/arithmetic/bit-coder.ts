/**
 * Binary arithmetic coding with probabilities of 12 bits: an interval of 32 bits is cut in proportion, and its leading
 * bytes are written as soon as both ends share them (the carryless coder of Mahoney's PAQ; Witten, Neal and Cleary,
 * CACM 1987, for the idea).
 */

/**
 * Codes one bit whose probability of being 1 is `p` / 4096, 1 <= p <= 4095. A decoder ignores `bit` and gives what it
 * reads.
 */
export type CodeBit = (bit: number, p: number) => number;

/** An encoder into memory that grows; `finish` gives the stream. */
export function bitEncoder(expectedBytes: number): { code: CodeBit; finish: () => Uint8Array } {
  let out = new Uint8Array(Math.max(16, expectedBytes));
  let at = 0;
  // Ends of the interval as signed numbers of 32 bits, which engines keep without allocating.
  let low = 0;
  let high = -1;
  const put = (byte: number) => {
    if (at === out.length) {
      const wider = new Uint8Array(2 * out.length);
      wider.set(out);
      out = wider;
    }
    out[at++] = byte;
  };
  return {
    code(bit, p) {
      const middle = cut(low, high, p);
      if (bit === 1) high = middle;
      else low = (middle + 1) | 0;
      while (((low ^ high) & 0xff000000) === 0) {
        put(high >>> 24);
        low <<= 8;
        high = (high << 8) | 0xff;
      }
      return bit;
    },
    finish() {
      // The leading bytes differ, so this one followed by zeros, which a decoder reads past the end, lies between them.
      put((low >>> 24) + 1);
      return out.slice(0, at);
    },
  };
}

/**
 * A decoder; `isWhole` tells after the last bit whether exactly the bytes of the stream were used. Any bytes decode to
 * something.
 */
export function bitDecoder(bytes: Uint8Array): { code: CodeBit; isWhole: () => boolean } {
  let at = 0;
  const next = () => {
    const byte = at < bytes.length ? bytes[at] : 0;
    at++;
    return byte;
  };
  let low = 0;
  let high = -1;
  let value = (next() << 24) | (next() << 16) | (next() << 8) | next();
  return {
    code(_bit, p) {
      const middle = cut(low, high, p);
      const bit = value >>> 0 <= middle >>> 0 ? 1 : 0;
      if (bit === 1) high = middle;
      else low = (middle + 1) | 0;
      while (((low ^ high) & 0xff000000) === 0) {
        low <<= 8;
        high = (high << 8) | 0xff;
        value = (value << 8) | next();
      }
      return bit;
    },
    // Four bytes were read ahead; the encoder ends with one and leaves out three zeros.
    isWhole: () => at - 3 === bytes.length,
  };
}

/** Where p / 4096 of the interval ends; always below `high`. */
const cut = (low: number, high: number, p: number): number => {
  const range = (high - low) >>> 0;
  return (low + (range >>> 12) * p + (((range & 0xfff) * p) >>> 12)) | 0;
};
