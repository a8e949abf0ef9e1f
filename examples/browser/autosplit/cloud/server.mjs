// src/runtime/cloud/server-entry.ts
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

// src/runtime/cloud/cloud-model.ts
import { fileURLToPath } from "node:url";

// src/runtime/onnxruntime.ts
function loadRuntime() {
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  return import("onnxruntime-node");
}

// src/runtime/saturation.ts
var PROBE = "CAcSADpfChsKAWEKAWISAXkaAXkiDU1hdE11bEludGVnZXISAWdaEwoBYRIOCgwIAhIICgIIBAoCCEBaEwoBYhIOCgwIAxIICgIIQAoCCBBiEwoBeRIOCgwIBhIICgIIBAoCCBBCBAoAEA0=";
var DEPTH = 64;
var AS_WRITTEN = { disable_quant_qdq: "1" };
var known;
function exactSession(runtime) {
  known ??= largestProduct(runtime).then((sum) => sum === DEPTH * 255 * 127 ? {} : { x64quantprecision: "1" });
  return known;
}
async function largestProduct({
  InferenceSession,
  Tensor
}) {
  const model = Uint8Array.from(atob(PROBE), (character) => character.charCodeAt(0));
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const { y } = await session.run({
    a: new Tensor("uint8", new Uint8Array(4 * DEPTH).fill(255), [4, DEPTH]),
    b: new Tensor("int8", new Int8Array(DEPTH * 16).fill(127), [DEPTH, 16])
  });
  await session.release();
  return y.data.reduce((least, sum) => Math.min(least, sum), Infinity);
}

// src/runtime/types.ts
var DATATYPES = {
  float32: "FP32",
  float64: "FP64",
  float16: "FP16",
  int64: "INT64",
  int32: "INT32",
  int16: "INT16",
  int8: "INT8",
  uint8: "UINT8",
  uint16: "UINT16",
  bool: "BOOL"
};
var ELEMENT_BYTES = {
  float32: 4,
  float64: 8,
  float16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  uint16: 2,
  bool: 1
};
var CONSTRUCTORS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  bool: Uint8Array
};
function elementCount(shape) {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
function bytesOf(data) {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
function concatBytes(parts) {
  if (parts.length === 1) return parts[0];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
function arrayOf(dtype, bytes) {
  const size = ELEMENT_BYTES[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new CONSTRUCTORS[dtype](
    aligned.buffer,
    aligned.byteOffset,
    Math.floor(aligned.byteLength / size)
  );
}
function portTypeOf(datatype) {
  return Object.keys(DATATYPES).find((dtype) => DATATYPES[dtype] === datatype);
}

// src/runtime/errors.ts
var ProtocolError = class extends Error {
  name = "ProtocolError";
  status;
  constructor(status, message2) {
    super(message2);
    this.status = status;
  }
};

// src/runtime/codecs/codec.ts
var ENCODING = /^([a-z]+)(?::([1-9]\d?|100))?$/;
function entryOf(table, encoding) {
  const [, name = "", quality] = ENCODING.exec(encoding) ?? [];
  const entry = Object.hasOwn(table, name) ? table[name] : void 0;
  return entry?.form.hasQuality === (quality !== void 0) ? entry : void 0;
}

// src/numerics/pack.ts
function packedLength(count, bits) {
  return Math.ceil(count * bits / 8);
}
function packBits(codes, bits) {
  if (bits === 8) return new Uint8Array(codes.buffer.slice(codes.byteOffset, codes.byteOffset + codes.length));
  const packed = new Uint8Array(packedLength(codes.length, bits));
  const mask = (1 << bits) - 1;
  let buffer = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < codes.length; i++) {
    buffer |= (codes[i] & mask) << held;
    held += bits;
    while (held >= 8) {
      packed[at++] = buffer & 255;
      buffer >>>= 8;
      held -= 8;
    }
  }
  if (held > 0) packed[at] = buffer & 255;
  return packed;
}

// src/runtime/codecs/arithmetic/bit-coder.ts
function bitDecoder(bytes) {
  let at = 0;
  const next = () => {
    const byte = at < bytes.length ? bytes[at] : 0;
    at++;
    return byte;
  };
  let low = 0;
  let high = -1;
  let value = next() << 24 | next() << 16 | next() << 8 | next();
  return {
    code(_bit, p) {
      const middle = cut(low, high, p);
      const bit = value >>> 0 <= middle >>> 0 ? 1 : 0;
      if (bit === 1) high = middle;
      else low = middle + 1 | 0;
      while (((low ^ high) & 4278190080) === 0) {
        low <<= 8;
        high = high << 8 | 255;
        value = value << 8 | next();
      }
      return bit;
    },
    // Four bytes were read ahead; the encoder ends with one and leaves out three zeros.
    isWhole: () => at - 3 === bytes.length
  };
}
var cut = (low, high, p) => {
  const range = high - low >>> 0;
  return low + (range >>> 12) * p + ((range & 4095) * p >>> 12) | 0;
};

// src/runtime/codecs/arithmetic/probability.ts
var ONE = 4096;
var LOGIT_LIMIT = 2047;
var SQUASH = Int32Array.from(
  { length: 4096 },
  (_, at) => Math.min(ONE - 1, Math.max(1, Math.round(ONE / (1 + Math.exp((2048 - at) / 256)))))
);
var STRETCH = Int32Array.from(
  { length: ONE },
  (_, p) => Math.max(-LOGIT_LIMIT, Math.min(LOGIT_LIMIT, Math.round(256 * Math.log((p + 0.5) / (ONE - 0.5 - p)))))
);
var RATE = Int32Array.from({ length: 64 }, (_, seen) => Math.max(1024, Math.round(65536 / (seen + 1.6))));

// src/runtime/codecs/arithmetic/model.ts
var MAX_CHANNELS = 4096;
var LEVELS = 6 * 16;
var LEARNING = 18;
var HALF = 1 << 15;
function passCodes(codes, planes, code) {
  const { channels, height, width, bits, zero } = planes;
  const nodes = (1 << bits) + 1;
  const shift = Math.max(0, bits - 4);
  const byChannel = adaptive(Math.min(channels, MAX_CHANNELS) * nodes);
  const byLevel = adaptive(LEVELS * nodes);
  const weights = new Int32Array(2 * nodes).fill(HALF);
  const decide = (bit, node, first, second) => {
    const a = first + node;
    const b = second + node;
    const w = 2 * node;
    const logitA = STRETCH[byChannel.p[a] >> 4];
    const logitB = STRETCH[byLevel.p[b] >> 4];
    const dot = weights[w] * logitA + weights[w + 1] * logitB >> 16;
    const p = SQUASH[(dot > 2047 ? 2047 : dot < -2047 ? -2047 : dot) + 2048];
    const seen = code(bit, p);
    const miss = (seen === 1 ? ONE - p : -p) * LEARNING;
    weights[w] = bounded(weights[w] + (logitA * miss + 32768 >> 16));
    weights[w + 1] = bounded(weights[w + 1] + (logitB * miss + 32768 >> 16));
    learn(byChannel, a, seen);
    learn(byLevel, b, seen);
    return seen;
  };
  let isCanonical = true;
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    const first = channel % MAX_CHANNELS * nodes;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        const left = x > 0 ? codes[at - 1] : y > 0 ? codes[at - width] : zero;
        const above = y > 0 ? codes[at - width] : left;
        const aboveLeft = x > 0 && y > 0 ? codes[at - width - 1] : above;
        const aboveRight = y > 0 && x < width - 1 ? codes[at - width + 1] : above;
        const second = (2 * (left + above) + aboveLeft + aboveRight >> shift) * nodes;
        const value = codes[at];
        if (decide(value === zero ? 0 : 1, 0, first, second) === 0) {
          codes[at] = zero;
          continue;
        }
        let node = 1;
        for (let k = bits - 1; k >= 0; k--) node = 2 * node + decide(value >> k & 1, node, first, second);
        codes[at] = node - (1 << bits);
        if (codes[at] === zero) isCanonical = false;
      }
    }
  }
  return isCanonical;
}
var adaptive = (size) => ({ p: new Uint16Array(size).fill(1 << 15), seen: new Uint8Array(size) });
function learn({ p, seen }, at, bit) {
  p[at] += ((bit === 1 ? 65535 : 0) - p[at]) * RATE[seen[at]] >> 16;
  if (seen[at] < RATE.length - 1) seen[at]++;
}
var bounded = (weight) => Math.max(-(1 << 18), Math.min(1 << 18, weight));

// src/runtime/codecs/arithmetic/stream.ts
function decodeCodes(bytes, planes) {
  const codes = new Uint8Array(planes.channels * planes.height * planes.width);
  const { code, isWhole } = bitDecoder(bytes);
  const isCanonical = passCodes(codes, planes, code);
  return isCanonical && isWhole() ? codes : void 0;
}

// src/runtime/codecs/arithmetic/index.ts
var arithmeticForm = { travels: "element", isLossy: false, hasQuality: false };
var decodeArithmetic = (wire, content) => {
  const codes = decodeCodes(content, planesOf(wire));
  return codes && packBits(codes, wire.bits);
};
function planesOf({ shape, bits, zeroPoint = [0] }) {
  const [height, width] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const zero = Math.max(0, Math.min(2 ** bits - 1, Math.round(zeroPoint[0])));
  return { channels: elementCount(shape.slice(0, -2)), height, width, bits, zero };
}

// src/runtime/codecs/brotli/index.ts
var brotliForm = { travels: "element", isLossy: false, hasQuality: false };
var decodeBrotli = async ({ packedBytes }, content) => {
  const { brotliDecompressSync } = await import("node:zlib");
  try {
    return brotliDecompressSync(content, { maxOutputLength: Math.max(1, packedBytes) });
  } catch {
    return void 0;
  }
};

// src/runtime/codecs/deflate/index.ts
var deflateForm = { travels: "gzip", isLossy: false, hasQuality: false };

// src/runtime/codecs/pictures/shape.ts
function isImageShape(shape) {
  const channels = shape.at(-3);
  return (channels === 1 || channels === 3) && shape.slice(0, -3).every((n) => n === 1);
}
function imageShape(shape) {
  const [channels, height, width] = shape.slice(-3);
  if (!isImageShape(shape) || channels !== 1 && channels !== 3) {
    throw new Error(`a tensor of shape ${shape.join("x")} is no image: 1 or 3 channels first, and no batch`);
  }
  return { channels, height, width };
}
function planar(pixels, channels) {
  const plane = pixels.length / channels;
  const codes = new Uint8Array(pixels.length);
  for (let c = 0; c < channels; c++) for (let i = 0; i < plane; i++) codes[c * plane + i] = pixels[i * channels + c];
  return codes;
}

// src/runtime/codecs/pictures/sharp.ts
async function readPicture({ name: format, signature }, { name, shape }, content) {
  const { channels, height, width } = imageShape(shape);
  if (!signature.every((byte, i) => byte < 0 || content[i] === byte))
    throw new ProtocolError(400, `tensor ${name}: not a ${format} image`);
  const { default: sharp } = await import("sharp");
  try {
    const image = sharp(content, { limitInputPixels: width * height, failOn: "error" });
    const size = await image.metadata();
    if (size.width === width && size.height === height && !size.hasAlpha) {
      const { data, info } = await image.toColourspace(channels === 1 ? "b-w" : "srgb").raw().toBuffer({ resolveWithObject: true });
      if (info.channels === channels) return planar(data, channels);
    }
  } catch {
    throw new ProtocolError(400, `tensor ${name}: the ${format} image is broken or too large`);
  }
  throw new ProtocolError(400, `tensor ${name}: the image must be ${width}x${height} with ${channels} channels`);
}

// src/runtime/codecs/jpeg/index.ts
var FORMAT = { name: "jpeg", signature: [255, 216, 255] };
var jpegForm = { travels: "element", isLossy: true, hasQuality: true };
var decodeJpeg = (wire, content) => readPicture(FORMAT, wire, content);

// src/runtime/codecs/png/index.ts
var FORMAT2 = { name: "png", signature: [137, 80, 78, 71, 13, 10, 26, 10] };
var pngForm = { travels: "element", isLossy: false, hasQuality: false };
var decodePng = (wire, content) => readPicture(FORMAT2, wire, content);

// src/runtime/codecs/raw/index.ts
var rawForm = { travels: "plain", isLossy: false, hasQuality: false };

// src/runtime/codecs/webp/index.ts
var FORMAT3 = {
  name: "webp",
  signature: [82, 73, 70, 70, -1, -1, -1, -1, 87, 69, 66, 80]
};
var webpForm = { travels: "element", isLossy: true, hasQuality: true };
var decodeWebp = (wire, content) => readPicture(FORMAT3, wire, content);

// src/runtime/codecs/decoders.ts
var DECODERS = {
  raw: { form: rawForm },
  deflate: { form: deflateForm },
  brotli: { form: brotliForm, decode: decodeBrotli },
  arithmetic: { form: arithmeticForm, decode: decodeArithmetic },
  png: { form: pngForm, decode: decodePng },
  jpeg: { form: jpegForm, decode: decodeJpeg },
  webp: { form: webpForm, decode: decodeWebp }
};

// src/runtime/codecs/coding.ts
var CODING_PARAMETER = "autosplit_encoding";
function decoderOf({ name, encoding }) {
  const decoder = entryOf(DECODERS, encoding);
  if (decoder) return decoder;
  const known2 = Object.keys(DECODERS).join(", ");
  throw new ProtocolError(500, `tensor ${name}: this cloud side does not decode ${encoding}; it decodes ${known2}`);
}
async function decodeTensorBytes(wire, content) {
  const { decode: decode2 } = decoderOf(wire);
  const bytes = decode2 ? await decode2(wire, content) : content;
  if (bytes?.length === wire.packedBytes) return bytes;
  throw new ProtocolError(
    400,
    `tensor ${wire.name}: its data is no valid ${wire.encoding} stream of ${wire.packedBytes} bytes`
  );
}

// src/runtime/wire/oip-json.ts
var INTEGER_RANGE = {
  INT8: [-128, 127],
  UINT8: [0, 255],
  INT16: [-32768, 32767],
  UINT16: [0, 65535],
  INT32: [-(2 ** 31), 2 ** 31 - 1],
  // Values that doubles cannot hold exactly have to travel as binary data.
  INT64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
};
function bytesOfJson(name, datatype, shape, data) {
  if (!Array.isArray(data)) throw new ProtocolError(400, `tensor ${name}: data must be an array`);
  if (datatype === "FP16" || datatype === "BYTES")
    throw new ProtocolError(400, `tensor ${name}: ${datatype} must be sent as binary data`);
  const flat = data.flat(shape.length);
  const count = elementCount(shape);
  if (flat.length !== count)
    throw new ProtocolError(400, `tensor ${name}: ${flat.length} elements where its shape has ${count}`);
  switch (datatype) {
    case "FP32":
      return bytesOf(Float32Array.from(flat, (value) => asNumber(name, value)));
    case "FP64":
      return bytesOf(Float64Array.from(flat, (value) => asNumber(name, value)));
    case "BOOL":
      return Uint8Array.from(flat, (value) => asBool(name, value));
    case "INT64":
      return bytesOf(BigInt64Array.from(flat, (value) => BigInt(asInteger(name, datatype, value))));
    case "INT32":
      return bytesOf(Int32Array.from(flat, (value) => asInteger(name, datatype, value)));
    case "INT16":
      return bytesOf(Int16Array.from(flat, (value) => asInteger(name, datatype, value)));
    case "UINT16":
      return bytesOf(Uint16Array.from(flat, (value) => asInteger(name, datatype, value)));
    case "INT8":
    case "UINT8":
      return Uint8Array.from(flat, (value) => asInteger(name, datatype, value));
  }
}
function jsonOfBytes(name, datatype, bytes) {
  const dtype = portTypeOf(datatype);
  if (dtype === void 0 || dtype === "float16")
    throw new ProtocolError(400, `tensor ${name}: ask for ${datatype} as binary data`);
  if (dtype === "bool") return JSON.stringify(Array.from(bytes, (value) => value !== 0));
  const values = arrayOf(dtype, bytes);
  if (values instanceof BigInt64Array) return `[${values.join(",")}]`;
  const numbers = Array.from(values);
  if (!numbers.every(Number.isFinite)) {
    throw new ProtocolError(
      400,
      `tensor ${name} holds NaN or infinity, which JSON cannot say: ask for it as binary data`
    );
  }
  return JSON.stringify(numbers);
}
function asNumber(name, value) {
  if (typeof value !== "number") throw new ProtocolError(400, `tensor ${name}: its data must be numbers`);
  return value;
}
function asBool(name, value) {
  if (value !== true && value !== false && value !== 0 && value !== 1)
    throw new ProtocolError(400, `tensor ${name}: its data must be booleans`);
  return Number(value);
}
function asInteger(name, datatype, value) {
  const [low, high] = INTEGER_RANGE[datatype] ?? [0, 0];
  if (typeof value !== "number" || !Number.isInteger(value) || value < low || value > high) {
    throw new ProtocolError(400, `tensor ${name}: its data must be integers in ${low}..${high}`);
  }
  return value;
}

// src/runtime/wire/oip.ts
var HEADER_LENGTH = "inference-header-content-length";
var MAX_RANK = 64;
function encodeResponse(response, isBinary) {
  const { modelName, modelVersion, id, parameters } = response;
  const head = jsonText({ model_name: modelName, model_version: modelVersion, id, parameters });
  return message(head, "outputs", response.outputs, isBinary);
}
function decodeRequest(body, headerLength) {
  const { header, tensors } = decode(body, headerLength, "inputs");
  const parameters = asRecord(header.parameters, "parameters") ?? {};
  const binaryOutput = parameters.binary_data_output === true;
  const request = { parameters, inputs: tensors, binaryOutput };
  if (typeof header.id === "string") request.id = header.id;
  if (header.outputs !== void 0) {
    request.outputs = asArray(header.outputs, "outputs").map((entry) => {
      const output = asRecord(entry, "outputs") ?? {};
      if (typeof output.name !== "string") throw new ProtocolError(400, "an output has no name");
      const binary = asRecord(output.parameters, `parameters of output ${output.name}`)?.binary_data;
      return { name: output.name, binary: binary === void 0 ? binaryOutput : binary === true };
    });
  }
  return request;
}
function onlyElement(name, bytes) {
  const length = bytes.length < 4 ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (length !== bytes.length - 4)
    throw new ProtocolError(400, `tensor ${name}: the length of its element does not match its data`);
  return bytes.subarray(4);
}
function jsonText(head) {
  return JSON.stringify(head).slice(0, -1);
}
function message(head, key, tensors, isBinary) {
  const binary = [];
  const items = tensors.map(({ name, datatype, shape, bytes, parameters }) => {
    if (!isBinary(name)) {
      const text = JSON.stringify({ name, datatype, shape, parameters }).slice(0, -1);
      return `${text},"data":${jsonOfBytes(name, datatype, bytes)}}`;
    }
    binary.push(bytes);
    return JSON.stringify({ name, datatype, shape, parameters: { ...parameters, binary_data_size: bytes.length } });
  });
  const comma = head === "{" ? "" : ",";
  return { json: new TextEncoder().encode(`${head}${comma}"${key}":[${items.join(",")}]}`), binary };
}
function decode(body, headerLength, key) {
  const split = headerLength === void 0 ? body.length : parseHeaderLength(headerLength, body.length);
  const header = parseJson(body.subarray(0, split));
  let at = split;
  const tensors = asArray(header[key], key).map((entry) => {
    const { name, datatype, shape, data, size, parameters } = tensorHead(entry, key);
    const head = { name, datatype, shape, ...parameters && { parameters } };
    if (size === void 0) return { ...head, bytes: bytesOfJson(name, datatype, shape, data) };
    if (data !== void 0) throw new ProtocolError(400, `tensor ${name} has both data and binary_data_size`);
    if (at + size > body.length) throw new ProtocolError(400, `tensor ${name}: the body ends before its binary data`);
    const bytes = body.subarray(at, at + size);
    at += size;
    checkSize(name, datatype, shape, bytes);
    return { ...head, bytes };
  });
  if (at !== body.length) throw new ProtocolError(400, `${body.length - at} bytes follow the last tensor`);
  return { header, tensors };
}
function parseHeaderLength(text, limit) {
  if (!/^\d{1,15}$/.test(text)) throw new ProtocolError(400, "Inference-Header-Content-Length must be a whole number");
  const length = Number(text);
  if (length > limit)
    throw new ProtocolError(400, `Inference-Header-Content-Length is ${length}, the body has ${limit} bytes`);
  return length;
}
function parseJson(bytes) {
  try {
    const parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const record = asRecord(parsed, "the message");
    if (record !== void 0) return record;
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
  }
  throw new ProtocolError(400, "the message does not begin with valid JSON");
}
function tensorHead(entry, key) {
  const tensor = asRecord(entry, key) ?? {};
  const { name, shape, datatype, data } = tensor;
  if (typeof name !== "string") throw new ProtocolError(400, `a tensor in ${key} has no name`);
  if (typeof datatype !== "string" || !(datatype === "BYTES" || portTypeOf(datatype))) {
    const known2 = [...Object.values(DATATYPES), "BYTES"].join(", ");
    throw new ProtocolError(400, `tensor ${name}: datatype must be one of ${known2}`);
  }
  if (!Array.isArray(shape) || !shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0)) {
    throw new ProtocolError(400, `tensor ${name}: shape must be an array of whole numbers`);
  }
  if (shape.length > MAX_RANK)
    throw new ProtocolError(400, `tensor ${name}: a shape has at most ${MAX_RANK} dimensions`);
  const { binary_data_size: size, ...parameters } = asRecord(tensor.parameters, `parameters of tensor ${name}`) ?? {};
  if (size !== void 0 && !(Number.isSafeInteger(size) && Number(size) >= 0)) {
    throw new ProtocolError(400, `tensor ${name}: binary_data_size must be a whole number`);
  }
  const own = Object.keys(parameters).length > 0 ? parameters : void 0;
  return {
    name,
    shape,
    datatype,
    data,
    size,
    parameters: own
  };
}
function checkSize(name, datatype, shape, bytes) {
  const dtype = portTypeOf(datatype);
  if (dtype === void 0) return;
  const expected = elementCount(shape) * ELEMENT_BYTES[dtype];
  if (bytes.length !== expected)
    throw new ProtocolError(400, `tensor ${name}: ${bytes.length} bytes where its shape has ${expected}`);
}
function asRecord(value, what) {
  if (value === void 0) return void 0;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ProtocolError(400, `${what} must be an object`);
  return value;
}
function asArray(value, what) {
  if (!Array.isArray(value)) throw new ProtocolError(400, `${what} must be an array`);
  return value;
}

// src/numerics/round.ts
var ROUNDER = 1.5 * 2 ** 52;

// src/runtime/wire/quantize.ts
function isQuantized(wire) {
  return wire.scale !== void 0;
}

// src/runtime/wire/wire.ts
var DIGEST_PARAMETER = "autosplit_digest";
function modelPort(wire) {
  const name = wire.cloudInput ?? wire.name;
  if (isQuantized(wire))
    return wire.bits <= 8 ? { name, datatype: "UINT8", shape: [wire.packedBytes] } : { name, datatype: "UINT16", shape: wire.shape };
  return { name, datatype: DATATYPES[wire.dtype], shape: wire.shape };
}
async function decodeWire(spec, request) {
  const given = new Map(request.inputs.map((tensor) => [tensor.name, tensor]));
  const expected = spec.wire.map((wire) => modelPort(wire).name);
  if (given.size !== request.inputs.length) throw new ProtocolError(400, "an input is given twice");
  const unknown = [...given.keys()].find((name) => !expected.includes(name));
  if (unknown !== void 0)
    throw new ProtocolError(400, `unknown input ${unknown}; the inputs are ${expected.join(", ")}`);
  const entries = spec.wire.map(
    async (wire) => [wire.name, await decodeTensor(wire, given.get(modelPort(wire).name))]
  );
  return Object.fromEntries(await Promise.all(entries));
}
async function decodeTensor(wire, tensor) {
  const port = modelPort(wire);
  if (tensor === void 0) throw new ProtocolError(400, `input ${port.name} is missing`);
  const isElement = tensor.datatype === "BYTES" && decoderOf(wire).form.travels === "element";
  if (!isElement && tensor.datatype !== port.datatype)
    throw new ProtocolError(400, `input ${port.name} must be ${port.datatype}, not ${tensor.datatype}`);
  const shape = isElement ? [1] : port.shape;
  if (tensor.shape.length !== shape.length || tensor.shape.some((dimension, i) => dimension !== shape[i])) {
    throw new ProtocolError(400, `input ${port.name} must have shape [${shape}], not [${tensor.shape}]`);
  }
  if (!isElement) return tensor.bytes;
  if (tensor.parameters?.[CODING_PARAMETER] !== wire.encoding)
    throw new ProtocolError(400, `input ${port.name}: parameters.${CODING_PARAMETER} must be ${wire.encoding}`);
  return decodeTensorBytes(wire, onlyElement(port.name, tensor.bytes));
}

// src/runtime/cloud/cloud-model.ts
async function loadCloudModel(spec, folder, threads) {
  if (spec.cloud === void 0)
    throw new Error("this split computes everything on the edge: there is nothing to serve");
  const runtime = await loadRuntime();
  const { InferenceSession, Tensor } = runtime;
  const session = await InferenceSession.create(fileURLToPath(new URL(spec.cloud.model, folder)), {
    graphOptimizationLevel: "all",
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    // Integer operators of a quantized model are exact, as on the edge; its quantizers are computed as written.
    extra: { session: { ...await exactSession(runtime), ...AS_WRITTEN } }
  });
  const ports = spec.wire.map((wire) => ({ wire: wire.name, ...modelPort(wire) }));
  checkNames(
    "input",
    session.inputNames,
    ports.map((port) => port.name)
  );
  checkNames("output", session.outputNames, spec.cloudOutputs);
  return {
    async run(payload, outputs) {
      const feeds = ports.map(({ wire, name, datatype, shape }) => {
        const dtype = portTypeOf(datatype) ?? "uint8";
        return [name, new Tensor(dtype, arrayOf(dtype, payload[wire]), shape)];
      });
      const results = await session.run(Object.fromEntries(feeds), [...outputs]);
      return outputs.map((name) => {
        const { type, dims, data } = results[name];
        if (!ArrayBuffer.isView(data)) throw new Error(`output ${name} is of type ${type}`);
        return { name, datatype: DATATYPES[type], shape: [...dims], bytes: bytesOf(data) };
      });
    },
    close: () => session.release()
  };
}
function checkNames(kind, found, expected) {
  const missing = expected.find((name) => !found.includes(name));
  if (missing !== void 0) throw new Error(`the cloud model has no ${kind} ${missing}; it has ${found.join(", ")}`);
}

// src/runtime/cloud/origins.ts
var REQUEST_HEADERS = ["authorization", "content-encoding", "content-type", HEADER_LENGTH].join(", ");
var ANSWER_HEADERS = ["retry-after", "server-timing", HEADER_LENGTH].join(", ");
var PREFLIGHT_SECONDS = 600;
function parseOrigins(list) {
  const origins = list.split(/[\s,]+/).filter((origin) => origin !== "");
  for (const origin of origins) {
    if (!URL.canParse(origin) || !/^https?:$/.test(new URL(origin).protocol) || new URL(origin).origin !== origin)
      throw new Error(`${origin} is not an origin such as https://app.example`);
  }
  return new Set(origins);
}
function allowOrigins(app, origins) {
  app.addHook("onRequest", async (request, reply) => {
    const { origin } = request.headers;
    reply.header("vary", "Origin");
    if (origin === void 0) return;
    if (!origins.has(origin))
      throw new ProtocolError(403, "pages of this origin are not allowed: AUTOSPLIT_ORIGINS names those that are");
    reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", ANSWER_HEADERS);
    if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === void 0) return;
    reply.header("access-control-allow-methods", "GET, POST").header("access-control-allow-headers", REQUEST_HEADERS).header("access-control-max-age", String(PREFLIGHT_SECONDS));
    return reply.code(204).send();
  });
}

// src/runtime/cloud/server.ts
import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import Fastify from "fastify";

// src/runtime/codecs/deflate/inflate.ts
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
var DECODERS2 = { gzip: promisify(gunzip), "x-gzip": promisify(gunzip), deflate: promisify(inflate) };
async function inflateBody(body, encoding, limit) {
  const name = (encoding ?? "identity").trim().toLowerCase();
  if (name === "identity" || name === "") return body;
  if (!Object.hasOwn(DECODERS2, name))
    throw new ProtocolError(415, "Content-Encoding must be gzip, deflate or identity");
  try {
    return await DECODERS2[name](body, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") {
      throw new ProtocolError(413, `the body inflates to more than ${limit} bytes`);
    }
    throw new ProtocolError(400, `the body is not a valid ${name} stream`);
  }
}

// src/runtime/cloud/http-errors.ts
import { STATUS_CODES } from "node:http";
var STATUS = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };
var TEXT = {
  400: "the request is no valid HTTP",
  408: "the request took too long",
  431: "the headers are too long"
};
var transportErrors = {
  // A request without a host reaches the hooks, which refuse it; Node would answer without a body.
  http: { requireHostHeader: false },
  frameworkErrors: (error, _request, reply) => {
    reply.code(error.statusCode ?? 400).send({ error: "the path is not valid" });
  },
  clientErrorHandler: refuseOnSocket
};
function refuseExpectations(server) {
  server.on("checkExpectation", (_request, response) => {
    const body = JSON.stringify({ error: "Expect must be 100-continue" });
    response.writeHead(417, { "content-type": "application/json", "content-length": body.length, connection: "close" }).end(body);
  });
}
function refuseOnSocket(error, socket) {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const status = STATUS[error.code ?? ""] ?? 400;
  const body = JSON.stringify({ error: TEXT[status] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json",
    `content-length: ${body.length}`
  ];
  if (socket.writable) socket.end(`${head.join("\r\n")}\r
connection: close\r
\r
${body}`);
  else socket.destroy();
}

// src/runtime/cloud/queue.ts
function createQueue(parallel, waiting) {
  let active = 0;
  const queue = [];
  return async (task) => {
    if (active >= parallel) {
      if (queue.length >= waiting) throw new ProtocolError(503, "too many requests are waiting; try again");
      await new Promise((resolve) => queue.push(resolve));
    } else active++;
    try {
      return await task();
    } finally {
      const next = queue.shift();
      if (next === void 0) active--;
      else next();
    }
  };
}

// src/runtime/cloud/server.ts
var VERSION = "1";
var IN_TRANSIT = 16;
function isLoopback(host) {
  return host === "localhost" || host === "::1" || isIP(host) === 4 && host.startsWith("127.");
}
function createServer(spec, model, options = {}) {
  for (const wire of spec.wire) decoderOf(wire);
  const { token, origins = /* @__PURE__ */ new Set(), parallel = 1, waiting = 64, onError = console.error } = options;
  const limit = spec.cloud?.maxRequestBytes ?? 0;
  const app = fastifyFor(limit);
  allowOrigins(app, origins);
  admitRequests(app, token, parallel + waiting + IN_TRANSIT);
  answerErrors(app, limit, onError);
  const isClosing = watchClosing(app);
  app.addHook("onClose", () => model.close());
  addServerRoutes(app, isClosing);
  addModelRoutes(app, spec, isClosing, inferHandler(spec, model, limit, createQueue(parallel, waiting)));
  return app;
}
function fastifyFor(limit) {
  const app = Fastify({
    bodyLimit: limit,
    requestTimeout: 3e5,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1e3 },
    ...transportErrors
  });
  refuseExpectations(app.server);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  return app;
}
function admitRequests(app, token, most) {
  let open = 0;
  app.addHook("onRequest", async (request, reply) => {
    if (request.headers.host === void 0 && request.raw.httpVersion === "1.1")
      throw new ProtocolError(400, "the header Host is missing");
    const isHealth = request.routeOptions.url?.startsWith("/v2/health/");
    if (token !== void 0 && !isHealth && !hasToken(request.headers.authorization, token)) {
      reply.header("www-authenticate", "Bearer");
      throw new ProtocolError(401, "a valid bearer token is needed");
    }
    if (request.method !== "POST") return;
    if (open >= most) throw new ProtocolError(503, "too many requests are waiting; try again");
    open++;
    reply.raw.once("close", () => open--);
  });
}
function answerErrors(app, limit, onError) {
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "not found" }));
  app.setErrorHandler((error, _request, reply) => {
    const status = error instanceof ProtocolError ? error.status : error.statusCode ?? 500;
    if (status >= 500 && status !== 503) onError(`inference failed: ${error.name}: ${error.message}`);
    if (status === 503) reply.header("retry-after", "1");
    if (status === 413) return reply.code(413).send({ error: `the body has more than ${limit} bytes` });
    return reply.code(status).send({ error: status === 500 ? "internal error" : error.message });
  });
}
function watchClosing(app) {
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
  });
  return () => closing;
}
function addServerRoutes(app, isClosing) {
  app.get("/v2", async () => ({
    name: "autosplit",
    version: VERSION,
    extensions: ["binary_tensor_data", "parameters"]
  }));
  app.get("/v2/health/live", async () => ({ live: true }));
  app.get(
    "/v2/health/ready",
    async (_request, reply) => reply.code(isClosing() ? 503 : 200).send({ ready: !isClosing() })
  );
}
function addModelRoutes(app, spec, isClosing, infer) {
  for (const path of ["/v2/models/:model", "/v2/models/:model/versions/:version"]) {
    app.get(path, async (request) => {
      checkModel(spec, request.params);
      return metadata(spec);
    });
    app.get(`${path}/ready`, async (request, reply) => {
      checkModel(spec, request.params);
      return reply.code(isClosing() ? 503 : 200).send({ name: spec.name, ready: !isClosing() });
    });
    app.post(`${path}/infer`, infer);
  }
}
function inferHandler(spec, model, limit, enqueue) {
  return async (request, reply) => {
    checkModel(spec, request.params);
    const start = performance.now();
    const body = await inflateBody(asBody(request.body), request.headers["content-encoding"], limit);
    const decoded = decodeRequest(body, oneHeader(request.headers[HEADER_LENGTH]));
    checkDigest(spec, decoded);
    const wanted = wantedOutputs(spec, decoded);
    const payload = await decodeWire(spec, decoded);
    const queued = performance.now();
    const { outputs, begun, done } = await enqueue(async () => {
      const begun2 = performance.now();
      const outputs2 = await model.run(payload, [...wanted.keys()]);
      return { outputs: outputs2, begun: begun2, done: performance.now() };
    });
    const message2 = answerOf(spec, decoded, outputs, wanted);
    const answer = concatBytes([message2.json, ...message2.binary]);
    const total = performance.now() - start;
    const spans = { decode: queued - start, queue: begun - queued, inference: done - begun, total };
    reply.header("server-timing", serverTiming(spans));
    if (message2.binary.length === 0) reply.type("application/json");
    else reply.type("application/octet-stream").header(HEADER_LENGTH, String(message2.json.length));
    return reply.send(answer);
  };
}
function answerOf(spec, { id }, outputs, wanted) {
  const response = {
    modelName: spec.name,
    modelVersion: VERSION,
    parameters: { [DIGEST_PARAMETER]: spec.digest },
    outputs,
    ...id === void 0 ? {} : { id }
  };
  return encodeResponse(response, (name) => wanted.get(name) === true);
}
var serverTiming = (spans) => Object.entries(spans).map(([name, span]) => `${name};dur=${span.toFixed(3)}`).join(", ");
function metadata(spec) {
  const outputs = spec.outputs.filter(({ name }) => spec.cloudOutputs.includes(name));
  return {
    name: spec.name,
    versions: [VERSION],
    platform: "onnxruntime_onnx",
    inputs: spec.wire.map(modelPort),
    outputs: outputs.map(({ name, dtype, shape }) => ({ name, datatype: DATATYPES[dtype], shape })),
    parameters: { [DIGEST_PARAMETER]: spec.digest }
  };
}
function checkModel(spec, { model, version = VERSION }) {
  if (model !== spec.name) throw new ProtocolError(404, "unknown model");
  if (version !== VERSION) throw new ProtocolError(404, `unknown version; the only one is ${VERSION}`);
}
function checkDigest(spec, request) {
  const digest = request.parameters[DIGEST_PARAMETER];
  if (digest === void 0)
    throw new ProtocolError(400, `parameters.${DIGEST_PARAMETER} is missing; it must be ${spec.digest}`);
  if (digest !== spec.digest)
    throw new ProtocolError(409, `the edge side comes from another split; this one has digest ${spec.digest}`);
}
function wantedOutputs(spec, { outputs, binaryOutput }) {
  if (outputs === void 0 || outputs.length === 0)
    return new Map(spec.cloudOutputs.map((name) => [name, binaryOutput]));
  const unknown = outputs.find(({ name }) => !spec.cloudOutputs.includes(name));
  if (unknown !== void 0)
    throw new ProtocolError(400, `unknown output ${unknown.name}; the outputs are ${spec.cloudOutputs.join(", ")}`);
  return new Map(outputs.map(({ name, binary }) => [name, binary]));
}
function asBody(body) {
  if (!(body instanceof Uint8Array) || body.length === 0) throw new ProtocolError(400, "the request has no body");
  return body;
}
function oneHeader(header) {
  return Array.isArray(header) ? header.join(",") : header;
}
function hasToken(header, token) {
  const given = /^Bearer (.+)$/i.exec(header ?? "")?.[1] ?? "";
  const digest = (text) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

// src/runtime/cloud/server-entry.ts
var HELP = `node server.mjs [--host 127.0.0.1] [--port 8080] [--threads N]

Serves the cloud side over the Open Inference Protocol v2.

  --host     address to listen on; beyond this machine only with a token
  --port     0 takes any free port
  --threads  threads of one inference; by default what the plan assumes, as far as there are so many, else onnxruntime decides

  AUTOSPLIT_THREADS  (environment) as --threads
  AUTOSPLIT_TOKEN    (environment) bearer token that clients must send
  AUTOSPLIT_ORIGINS  (environment) origins of the pages that may ask, such as https://app.example,https://www.app.example
`;
var GRACE = 1e4;
try {
  await main({
  "version": 1,
  "name": "default",
  "decision": "split",
  "digest": "997cb37aa4a6b56057ea51c23dfeca4c15ea129ab5e5d58735977d0be11e521b",
  "inputs": [
    {
      "name": "image",
      "dtype": "float32",
      "shape": [
        1,
        3,
        64,
        192
      ]
    }
  ],
  "outputs": [
    {
      "name": "logits",
      "dtype": "float32",
      "shape": [
        1,
        35,
        24
      ]
    }
  ],
  "wire": [
    {
      "name": "/down2/relu/Relu_output_0",
      "dtype": "float32",
      "shape": [
        1,
        24,
        8,
        24
      ],
      "bits": 2,
      "scale": [
        0.655517578125
      ],
      "zeroPoint": [
        0
      ],
      "encoding": "deflate",
      "packedBytes": 1152,
      "source": {
        "kind": "output",
        "name": "/down2/relu/Relu_output_0_quantized",
        "codeMap": [
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          1,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          2,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3,
          3
        ]
      }
    }
  ],
  "edgeOutputs": [],
  "cloudOutputs": [
    "logits"
  ],
  "deliver": "edge",
  "edge": {
    "model": "model.onnx",
    "weights": {
      "file": "weights.bin",
      "bytes": 6336,
      "parts": [
        {
          "name": "down1.conv.weight_quantized",
          "bits": 8,
          "offset": 0,
          "length": 1152,
          "unpackedOffset": 0,
          "unpackedLength": 1152
        },
        {
          "name": "down2.conv.weight_quantized",
          "bits": 8,
          "offset": 1152,
          "length": 5184,
          "unpackedOffset": 1152,
          "unpackedLength": 5184
        }
      ]
    },
    "inputs": [
      "image"
    ],
    "modelBytes": 6576,
    "threads": 4
  },
  "cloud": {
    "model": "model.onnx",
    "files": [
      "weights.bin"
    ],
    "maxRequestBytes": 70144,
    "threads": 40
  }
});
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
async function main(spec) {
  const { values } = parseArgs({
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "8080" },
      threads: { type: "string" },
      help: { type: "boolean", short: "h", default: false }
    }
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const port = wholeNumber("--port", values.port, 65535);
  const asked = values.threads ?? (process.env.AUTOSPLIT_THREADS || void 0);
  const threads = asked === void 0 ? plannedThreads(spec) : wholeNumber("--threads", asked, 1024);
  const token = process.env.AUTOSPLIT_TOKEN || void 0;
  if (token === void 0 && !isLoopback(values.host)) {
    throw new Error(`refusing to listen on ${values.host} without a token: set AUTOSPLIT_TOKEN`);
  }
  const origins = parseOrigins(process.env.AUTOSPLIT_ORIGINS ?? "");
  const model = await loadCloudModel(spec, new URL("./", import.meta.url), threads);
  const app = createServer(spec, model, { origins, ...token !== void 0 && { token } });
  console.log(`listening on ${await app.listen({ host: values.host, port })}`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), GRACE).unref();
    app.close().catch((error) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    });
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
function plannedThreads({ cloud }) {
  const planned = cloud?.threads ?? 0;
  const available = availableParallelism();
  if (planned > available)
    console.error(`${available} threads: the plan assumes ${planned}, which this machine does not have`);
  return Math.min(planned, available);
}
function wholeNumber(option, text, limit) {
  if (!/^\d+$/.test(text) || Number(text) > limit) throw new Error(`${option} must be a whole number up to ${limit}`);
  return Number(text);
}
