/** A module worker that unpacks weights, so that the page stays responsive. */

import { unpackWeights } from '../edge/weights.js';
import type { WeightPart } from '../spec.js';
import type { Unpacked } from './worker.js';

declare const self: {
  onmessage: (event: { data: { packed: Uint8Array; parts: WeightPart[] } }) => void;
  postMessage(message: Unpacked, transfer: ArrayBufferLike[]): void;
};

self.onmessage = ({ data: { packed, parts } }) => {
  try {
    const unpacked = unpackWeights(packed, parts);
    self.postMessage({ unpacked }, [unpacked.buffer]);
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) }, []);
  }
};
