import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { unless } from '../skips/unless.js';
import { EDGE_BUILDS, PLATE_BUILDS } from './bundles.js';
import { recordExchange, startServer } from './halves.js';
import { interpreter, noPython } from './needs.js';
import { runPython } from './python.js';

const folder = inject('folder');

interface Findings {
  /** Whether there is an edge model. */
  edge: boolean;
  samples: { differentBytes: number; difference: number }[];
}

describe("both models are valid ONNX and give the same under Python's onnxruntime", unless(noPython), () => {
  test.each([...new Set([...PLATE_BUILDS, ...EDGE_BUILDS])])('of the build %s', async (build) => {
    const server = await startServer(folder, build);
    const exchange = await recordExchange(folder, build, server);
    expect(await server.stop()).toEqual({ exitCode: 0, stderr: '' });
    const bundle = path.join(folder, 'bundles', build);
    const { edge, samples } = (await runPython(interpreter, 'run_models.py', [bundle, exchange])) as Findings;
    expect(edge).toBe(EDGE_BUILDS.includes(build));
    expect(samples).toHaveLength(3);
    for (const { differentBytes, difference } of samples) {
      expect(differentBytes).toBe(0);
      expect(difference).toBeLessThanOrEqual(1e-5);
    }
  });
});
