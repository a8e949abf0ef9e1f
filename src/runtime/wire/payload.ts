import { packBits } from '../../numerics/pack.js';
import { EdgeError } from '../errors.js';
import type { SplitSpec, WireTensor } from '../spec.js';
import { bytesOf, elementCount, type TensorData } from '../types.js';
import { isQuantized, quantizeWire, toFloat32 } from './quantize.js';
import type { Payload } from './wire.js';

/** The payload of one inference, from the model's inputs and the outputs of the edge model, both by name. */
export function makePayload(
  spec: Pick<SplitSpec, 'wire'>,
  inputs: ReadonlyMap<string, TensorData>,
  made: Readonly<Record<string, TensorData>>,
): Payload {
  return Object.fromEntries(
    spec.wire.map((wire) => {
      const data = wire.source.kind === 'input' ? inputs.get(wire.name) : made[wire.source.name];
      if (data === undefined || data.length !== elementCount(wire.shape)) {
        throw new EdgeError('BUNDLE', `the edge model does not give ${wire.name} of shape ${wire.shape.join('x')}`);
      }
      return [wire.name, isQuantized(wire) ? packed(wire, data) : bytesOf(data)];
    }),
  );
}

/**
 * Codes as they travel: packed to `bits`, or as they are where those are more than 8.
 * @param map wire code by code, where the two differ
 */
export function packCodes(codes: Uint8Array | Uint16Array, bits: number, map?: ArrayLike<number>): Uint8Array {
  if (!(codes instanceof Uint8Array)) return bytesOf(codes);
  return packBits(map ? codes.map((code) => map[code]) : codes, bits);
}

function packed(wire: WireTensor, data: TensorData): Uint8Array {
  // Inputs of the network and float outputs of the edge model are quantized here.
  if (wire.source.kind === 'input' || !(data instanceof Uint8Array))
    return packCodes(quantizeWire(wire, toFloat32(wire.dtype, data)), wire.bits);
  return packCodes(data, wire.bits, wire.source.codeMap);
}
