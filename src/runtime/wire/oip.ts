/**
 * Messages of the Open Inference Protocol v2 over HTTP with the binary tensor data extension: a JSON header, and after
 * it the bytes of the tensors that are not in the JSON, in the order of the header. The HTTP header
 * `Inference-Header-Content-Length` says where the JSON ends. For Node and browsers alike.
 */
import { ProtocolError } from '../errors.js';
import { DATATYPES, type Datatype, ELEMENT_BYTES, elementCount, portTypeOf } from '../types.js';
import { bytesOfJson, jsonOfBytes } from './oip-json.js';

/** HTTP header with the length in bytes of the JSON part of a body. */
export const HEADER_LENGTH = 'inference-header-content-length';

export interface OipTensor {
  name: string;
  datatype: Datatype;
  shape: number[];
  /** Row-major, little-endian; `BYTES` elements with their 4-byte length. */
  bytes: Uint8Array;
  /** Parameters beside those of the protocol. */
  parameters?: Record<string, unknown>;
}

export interface InferRequest {
  id?: string;
  parameters: Record<string, unknown>;
  inputs: OipTensor[];
  /** Requested outputs and how they travel; undefined where the server chooses. */
  outputs?: { name: string; binary: boolean }[];
  /** Whether outputs travel as binary data unless `outputs` says otherwise. */
  binaryOutput: boolean;
}

export interface InferResponse {
  modelName: string;
  modelVersion?: string;
  id?: string;
  parameters: Record<string, unknown>;
  outputs: OipTensor[];
}

/** Most dimensions of a tensor. Nested JSON data is flattened by recursion. */
const MAX_RANK = 64;

/** A body as its JSON part and the binary tensors after it. */
export interface Message {
  json: Uint8Array;
  binary: Uint8Array[];
}

/** Encodes a request, inputs as binary data unless `json` is set. */
export function encodeRequest(request: InferRequest, as: 'binary' | 'json' = 'binary'): Message {
  const outputs = request.outputs?.map(({ name, binary }) => ({ name, parameters: { binary_data: binary } }));
  const head = jsonText({
    id: request.id,
    parameters: { ...request.parameters, ...(request.binaryOutput ? { binary_data_output: true } : {}) },
    outputs,
  });
  return message(head, 'inputs', request.inputs, () => as === 'binary');
}

/** Encodes a response, each output as binary data or as JSON. */
export function encodeResponse(response: InferResponse, isBinary: (output: string) => boolean): Message {
  const { modelName, modelVersion, id, parameters } = response;
  const head = jsonText({ model_name: modelName, model_version: modelVersion, id, parameters });
  return message(head, 'outputs', response.outputs, isBinary);
}

/**
 * Decodes a request; `headerLength` is the HTTP header of that name, undefined where it is absent. Errors:
 * ProtocolError 400.
 */
export function decodeRequest(body: Uint8Array, headerLength: string | undefined): InferRequest {
  const { header, tensors } = decode(body, headerLength, 'inputs');
  const parameters = asRecord(header.parameters, 'parameters') ?? {};
  const binaryOutput = parameters.binary_data_output === true;
  const request: InferRequest = { parameters, inputs: tensors, binaryOutput };
  if (typeof header.id === 'string') request.id = header.id;
  if (header.outputs !== undefined) {
    request.outputs = asArray(header.outputs, 'outputs').map((entry) => {
      const output = asRecord(entry, 'outputs') ?? {};
      if (typeof output.name !== 'string') throw new ProtocolError(400, 'an output has no name');
      const binary = asRecord(output.parameters, `parameters of output ${output.name}`)?.binary_data;
      return { name: output.name, binary: binary === undefined ? binaryOutput : binary === true };
    });
  }
  return request;
}

/** Decodes a response; the inverse of {@link encodeResponse}. */
export function decodeResponse(body: Uint8Array, headerLength: string | undefined): InferResponse {
  const { header, tensors } = decode(body, headerLength, 'outputs');
  const response: InferResponse = {
    modelName: String(header.model_name),
    parameters: asRecord(header.parameters, 'parameters') ?? {},
    outputs: tensors,
  };
  if (typeof header.model_version === 'string') response.modelVersion = header.model_version;
  if (typeof header.id === 'string') response.id = header.id;
  return response;
}

/** Wraps one element of a `BYTES` tensor of shape [1]. */
export function bytesElement(content: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + content.length);
  new DataView(out.buffer).setUint32(0, content.length, true);
  out.set(content, 4);
  return out;
}

/** Content of the only element of a `BYTES` tensor of shape [1]. */
export function onlyElement(name: string, bytes: Uint8Array): Uint8Array {
  const length = bytes.length < 4 ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (length !== bytes.length - 4)
    throw new ProtocolError(400, `tensor ${name}: the length of its element does not match its data`);
  return bytes.subarray(4);
}

/** JSON text of an object without its closing brace, so that tensors can be appended. */
function jsonText(head: Record<string, unknown>): string {
  return JSON.stringify(head).slice(0, -1);
}

function message(head: string, key: string, tensors: OipTensor[], isBinary: (name: string) => boolean): Message {
  const binary: Uint8Array[] = [];
  const items = tensors.map(({ name, datatype, shape, bytes, parameters }) => {
    if (!isBinary(name)) {
      const text = JSON.stringify({ name, datatype, shape, parameters }).slice(0, -1);
      return `${text},"data":${jsonOfBytes(name, datatype, bytes)}}`;
    }
    binary.push(bytes);
    return JSON.stringify({ name, datatype, shape, parameters: { ...parameters, binary_data_size: bytes.length } });
  });
  const comma = head === '{' ? '' : ',';
  return { json: new TextEncoder().encode(`${head}${comma}"${key}":[${items.join(',')}]}`), binary };
}

function decode(body: Uint8Array, headerLength: string | undefined, key: 'inputs' | 'outputs') {
  const split = headerLength === undefined ? body.length : parseHeaderLength(headerLength, body.length);
  const header = parseJson(body.subarray(0, split));
  let at = split;
  const tensors = asArray(header[key], key).map((entry) => {
    const { name, datatype, shape, data, size, parameters } = tensorHead(entry, key);
    const head = { name, datatype, shape, ...(parameters && { parameters }) };
    if (size === undefined) return { ...head, bytes: bytesOfJson(name, datatype, shape, data) };
    if (data !== undefined) throw new ProtocolError(400, `tensor ${name} has both data and binary_data_size`);
    if (at + size > body.length) throw new ProtocolError(400, `tensor ${name}: the body ends before its binary data`);
    const bytes = body.subarray(at, at + size);
    at += size;
    checkSize(name, datatype, shape, bytes);
    return { ...head, bytes };
  });
  if (at !== body.length) throw new ProtocolError(400, `${body.length - at} bytes follow the last tensor`);
  return { header, tensors };
}

function parseHeaderLength(text: string, limit: number): number {
  if (!/^\d{1,15}$/.test(text)) throw new ProtocolError(400, 'Inference-Header-Content-Length must be a whole number');
  const length = Number(text);
  if (length > limit)
    throw new ProtocolError(400, `Inference-Header-Content-Length is ${length}, the body has ${limit} bytes`);
  return length;
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const record = asRecord(parsed, 'the message');
    if (record !== undefined) return record;
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    // The parser's message quotes the data, which must not reach a log.
  }
  throw new ProtocolError(400, 'the message does not begin with valid JSON');
}

function tensorHead(entry: unknown, key: string) {
  const tensor = asRecord(entry, key) ?? {};
  const { name, shape, datatype, data } = tensor;
  if (typeof name !== 'string') throw new ProtocolError(400, `a tensor in ${key} has no name`);
  if (typeof datatype !== 'string' || !(datatype === 'BYTES' || portTypeOf(datatype))) {
    const known = [...Object.values(DATATYPES), 'BYTES'].join(', ');
    throw new ProtocolError(400, `tensor ${name}: datatype must be one of ${known}`);
  }
  if (!Array.isArray(shape) || !shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0)) {
    throw new ProtocolError(400, `tensor ${name}: shape must be an array of whole numbers`);
  }
  if (shape.length > MAX_RANK)
    throw new ProtocolError(400, `tensor ${name}: a shape has at most ${MAX_RANK} dimensions`);
  const { binary_data_size: size, ...parameters } = asRecord(tensor.parameters, `parameters of tensor ${name}`) ?? {};
  if (size !== undefined && !(Number.isSafeInteger(size) && Number(size) >= 0)) {
    throw new ProtocolError(400, `tensor ${name}: binary_data_size must be a whole number`);
  }
  const own = Object.keys(parameters).length > 0 ? parameters : undefined;
  return {
    name,
    shape: shape as number[],
    datatype: datatype as Datatype,
    data,
    size: size as number | undefined,
    parameters: own,
  };
}

function checkSize(name: string, datatype: Datatype, shape: number[], bytes: Uint8Array): void {
  const dtype = portTypeOf(datatype);
  if (dtype === undefined) return;
  const expected = elementCount(shape) * ELEMENT_BYTES[dtype];
  if (bytes.length !== expected)
    throw new ProtocolError(400, `tensor ${name}: ${bytes.length} bytes where its shape has ${expected}`);
}

function asRecord(value: unknown, what: string): Record<string, unknown> | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ProtocolError(400, `${what} must be an object`);
  return value as Record<string, unknown>;
}

function asArray(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw new ProtocolError(400, `${what} must be an array`);
  return value;
}
