// src/numerics/pack.ts
function packedLength(count, bits) {
  return Math.ceil(count * bits / 8);
}
function unpackBits(packed, count, bits) {
  if (bits === 8) return new Uint8Array(packed.subarray(0, count));
  const codes = new Uint8Array(count);
  const mask = (1 << bits) - 1;
  let buffer = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    while (held < bits) {
      buffer |= packed[at++] << held;
      held += 8;
    }
    codes[i] = buffer & mask;
    buffer >>>= bits;
    held -= bits;
  }
  return codes;
}
function unpackSignedBits(packed, count, bits) {
  const codes = new Int8Array(unpackBits(packed, count, bits).buffer, 0, count);
  const shift = 8 - bits;
  if (shift > 0) for (let i = 0; i < count; i++) codes[i] = codes[i] << 24 + shift >> 24 + shift;
  return codes;
}

// src/runtime/errors.ts
var EdgeError = class extends Error {
  name = "EdgeError";
  code;
  status;
  constructor(code, message, options = {}) {
    super(message, options.cause === void 0 ? void 0 : { cause: options.cause });
    this.code = code;
    this.status = options.status;
  }
};

// src/runtime/edge/weights.ts
function unpackWeights(packed, parts) {
  const size = parts.reduce((end, part) => Math.max(end, part.unpackedOffset + part.unpackedLength), 0);
  const unpacked = new Uint8Array(size);
  for (const part of parts) {
    const stored = part.bits === "raw" ? part.unpackedLength : packedLength(part.unpackedLength, part.bits);
    if (part.length !== stored)
      throw new EdgeError("BUNDLE", `weights of ${part.name}: ${part.length} bytes stored where ${stored} belong`);
    if (part.offset + part.length > packed.length) {
      throw new EdgeError(
        "BUNDLE",
        `weights of ${part.name} end at byte ${part.offset + part.length}, the file has ${packed.length}`
      );
    }
    const bytes = packed.subarray(part.offset, part.offset + part.length);
    if (part.bits === "raw") unpacked.set(bytes, part.unpackedOffset);
    else
      unpacked.set(new Uint8Array(unpackSignedBits(bytes, part.unpackedLength, part.bits).buffer), part.unpackedOffset);
  }
  return unpacked;
}

// src/runtime/web/unpack-worker.ts
self.onmessage = ({ data: { packed, parts } }) => {
  try {
    const unpacked = unpackWeights(packed, parts);
    self.postMessage({ unpacked }, [unpacked.buffer]);
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) }, []);
  }
};
