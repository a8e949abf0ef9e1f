import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { shared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { EDGE_BUILDS } from './bundles.js';
import { recordExchange, startServer } from './halves.js';
import { interpreter, noPython } from './needs.js';
import { runPython } from './python.js';

const folder = inject('folder');

interface Weight {
  tensor: string;
  bits: number;
  codesInRange: boolean;
  right: boolean;
  clipped: number;
  used: number;
  mse: number;
  statedMse: number;
}

interface Wire {
  tensor: string;
  correlation: number;
  sqnr: number;
  bestSqnr: number;
  withinRange: boolean;
}

describe('table and manifest say enough to read weights and codes without autosplit', unless(noPython), () => {
  test.each(EDGE_BUILDS)('of the build %s', async (build) => {
    const server = await startServer(folder, build);
    const exchange = await recordExchange(folder, build, server);
    await server.stop();
    const model =
      build === 'transformer'
        ? path.join(shared ?? '', 'models/real/kwt1_keyword_transformer_fp32.onnx')
        : path.join(folder, 'model.onnx');
    const bundle = path.join(folder, 'bundles', build);
    const found = (await runPython(interpreter, 'check_numbers.py', [bundle, model, exchange])) as {
      weights: Weight[];
      wires: Wire[];
      tableAgrees: boolean;
    };
    expect(found.tableAgrees).toBe(true);
    expect(found.weights.length).toBeGreaterThan(2);
    for (const { tensor, bits, codesInRange, right, clipped, used, mse, statedMse } of found.weights) {
      expect({ tensor, codesInRange, right }).toEqual({ tensor, codesInRange: true, right: true });
      // Clipping trims the tails and no more, and the bits are used.
      expect(clipped).toBeLessThan(bits === 2 ? 0.5 : 0.1);
      expect(used).toBeGreaterThan(2 ** (bits - 2));
      expect(mse / statedMse).toBeCloseTo(1, 2);
    }
    expect(found.wires).not.toHaveLength(0);
    for (const { correlation, sqnr, bestSqnr, withinRange } of found.wires) {
      expect(withinRange).toBe(true);
      // Codes read in a wrong order have nothing to do with the tensor; its nearest codes are the best there is.
      expect(correlation).toBeGreaterThan(0.5);
      expect(sqnr).toBeLessThanOrEqual(bestSqnr + 1e-9);
    }
  });
});
