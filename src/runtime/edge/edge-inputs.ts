import { EdgeError } from '../errors.js';
import type { Port, SplitSpec } from '../spec.js';
import { arrayName, elementCount, isArrayOf, type TensorData } from '../types.js';
import type { Inputs } from './api.js';

/** Checks that every input of the network has one typed array of its type and length. Errors: EdgeError INPUT. */
export function checkInputs(spec: SplitSpec, inputs: Inputs): Map<string, TensorData> {
  if (typeof inputs !== 'object' || inputs === null)
    throw new EdgeError('INPUT', 'inputs must be an object of typed arrays by input name');
  const names = spec.inputs.map((port) => port.name);
  const unknown = Object.keys(inputs).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new EdgeError('INPUT', `unknown input ${unknown}; the inputs are ${names.join(', ')}`);
  return new Map(spec.inputs.map((port) => [port.name, checkInput(port, inputs[port.name])]));
}

function checkInput(port: Port, input: unknown): TensorData {
  const { name, dtype, shape } = port;
  const expected = `${arrayName(dtype)} of ${elementCount(shape)} elements (${shape.join('x') || 'scalar'})`;
  if (input === undefined) throw new EdgeError('INPUT', `input ${name} is missing; it is a ${expected}`);
  const wrapped = typeof input === 'object' && input !== null && 'data' in input && 'dims' in input;
  const data: unknown = wrapped ? input.data : input;
  if (!isArrayOf(dtype, data)) throw new EdgeError('INPUT', `input ${name} must be a ${expected}, not ${kindOf(data)}`);
  if (data.length !== elementCount(shape))
    throw new EdgeError('INPUT', `input ${name} has ${data.length} elements; it must be a ${expected}`);
  if (wrapped && !sameShape(input.dims, shape)) {
    throw new EdgeError('INPUT', `input ${name} has dimensions [${String(input.dims)}]; they must be [${shape}]`);
  }
  return data;
}

function sameShape(dims: unknown, shape: readonly number[]): boolean {
  return Array.isArray(dims) && dims.length === shape.length && dims.every((dimension, i) => dimension === shape[i]);
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : `a ${typeof value}`;
  return `a ${Object.prototype.toString.call(value).slice(8, -1)}`;
}
