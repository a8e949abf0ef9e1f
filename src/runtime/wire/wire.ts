/**
 * The crossing tensors of one inference as an HTTP body and back. A payload holds, by tensor name, exactly what the
 * cloud model reads: the bit-packed codes, or the bytes of a tensor that travels as it is.
 */
import { CODING_PARAMETER, decoderOf, decodeTensorBytes, encoderOf, encodeTensorBytes } from '../codecs/coding.js';
import { gzipParts } from '../codecs/deflate/gzip.js';
import { ProtocolError } from '../errors.js';
import type { SplitSpec, WireTensor } from '../spec.js';
import { concatBytes, DATATYPES, type Datatype, elementCount } from '../types.js';
import { bytesElement, encodeRequest, HEADER_LENGTH, type InferRequest, type OipTensor, onlyElement } from './oip.js';
import { isQuantized } from './quantize.js';

/** Request and response parameter that carries {@link SplitSpec.digest}. */
export const DIGEST_PARAMETER = 'autosplit_digest';

/** Bytes by name of the crossing tensor. */
export type Payload = Record<string, Uint8Array>;

export interface EncodedRequest {
  body: Uint8Array;
  headers: Record<string, string>;
}

/**
 * Name, datatype and shape of the cloud model's input for a crossing tensor. The metadata of the cloud side lists it
 * so, and any client may send it so; edge sides of autosplit may send one coded element instead.
 */
export function modelPort(wire: WireTensor): { name: string; datatype: Datatype; shape: number[] } {
  const name = wire.cloudInput ?? wire.name;
  if (isQuantized(wire))
    return wire.bits <= 8
      ? { name, datatype: 'UINT8', shape: [wire.packedBytes] }
      : { name, datatype: 'UINT16', shape: wire.shape };
  return { name, datatype: DATATYPES[wire.dtype], shape: wire.shape };
}

/** Characters of the longest JSON text of an element, with its comma. */
const JSON_ELEMENT: Partial<Record<Datatype, number>> = {
  UINT8: 4,
  INT8: 5,
  BOOL: 6,
  INT16: 7,
  UINT16: 6,
  INT32: 12,
  INT64: 21,
};
/** Bytes for the JSON around the tensors. */
const JSON_HEADER = 65_536;

/** `cloud.maxRequestBytes` of a split: any valid request fits, with tensors as binary data or as JSON. */
export function requestLimit(wires: readonly WireTensor[]): number {
  return wires.reduce((sum, wire) => {
    const { datatype, shape } = modelPort(wire);
    return sum + elementCount(shape) * (JSON_ELEMENT[datatype] ?? 26);
  }, JSON_HEADER);
}

/**
 * The HTTP body and headers that carry a payload.
 * @param standard sends only what every server of the protocol takes: tensors of other codecs are deflated instead
 * Errors: EdgeError BUNDLE where this edge side does not have a codec of the split.
 */
export async function encodeWire(spec: SplitSpec, payload: Payload, standard = false): Promise<EncodedRequest> {
  const isDeflated = (wire: WireTensor) => {
    const { travels } = encoderOf(wire).form;
    return travels === 'gzip' || (standard && travels === 'element');
  };
  // Compressed tensors are last, so that one gzip member holds first the stored and then the compressed ones.
  const wires = [...spec.wire.filter((wire) => !isDeflated(wire)), ...spec.wire.filter(isDeflated)];
  const inputs = await Promise.all(wires.map((wire) => encodeTensor(wire, payload[wire.name], standard)));
  const message = encodeRequest({
    parameters: { [DIGEST_PARAMETER]: spec.digest },
    inputs,
    outputs: spec.cloudOutputs.map((name) => ({ name, binary: true })),
    binaryOutput: true,
  });
  const headers: Record<string, string> = {
    'content-type': 'application/octet-stream',
    [HEADER_LENGTH]: String(message.json.length),
  };
  const stored = wires.filter((wire) => !isDeflated(wire)).length;
  if (stored === wires.length) return { body: concatBytes([message.json, ...message.binary]), headers };
  headers['content-encoding'] = 'gzip';
  const body = gzipParts([message.json, ...message.binary.slice(0, stored)], message.binary.slice(stored));
  return { body, headers };
}

/** The payload of a decoded request, every tensor checked. Errors: ProtocolError 400. */
export async function decodeWire(spec: SplitSpec, request: InferRequest): Promise<Payload> {
  const given = new Map(request.inputs.map((tensor) => [tensor.name, tensor]));
  const expected = spec.wire.map((wire) => modelPort(wire).name);
  if (given.size !== request.inputs.length) throw new ProtocolError(400, 'an input is given twice');
  const unknown = [...given.keys()].find((name) => !expected.includes(name));
  if (unknown !== undefined)
    throw new ProtocolError(400, `unknown input ${unknown}; the inputs are ${expected.join(', ')}`);
  const entries = spec.wire.map(
    async (wire) => [wire.name, await decodeTensor(wire, given.get(modelPort(wire).name))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function encodeTensor(wire: WireTensor, bytes: Uint8Array, standard: boolean): Promise<OipTensor> {
  const port = modelPort(wire);
  const { travels, isLossy } = encoderOf(wire).form;
  if (standard || travels !== 'element') return { ...port, bytes };
  const coded = await encodeTensorBytes(wire, bytes);
  // Codes that do not shrink travel as they are; but the accuracy of a lossy codec was measured with its loss.
  if (coded.length >= bytes.length && !isLossy) return { ...port, bytes };
  const parameters = { [CODING_PARAMETER]: wire.encoding };
  return { name: port.name, datatype: 'BYTES', shape: [1], parameters, bytes: bytesElement(coded) };
}

async function decodeTensor(wire: WireTensor, tensor: OipTensor | undefined): Promise<Uint8Array> {
  const port = modelPort(wire);
  if (tensor === undefined) throw new ProtocolError(400, `input ${port.name} is missing`);
  const isElement = tensor.datatype === 'BYTES' && decoderOf(wire).form.travels === 'element';
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
