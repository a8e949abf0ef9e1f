import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { unless } from '../skips/unless.js';
import { PLATE_BUILDS } from './bundles.js';
import { recordExchange, startServer, TOKEN } from './halves.js';
import { interpreter, noPython } from './needs.js';
import { runPython } from './python.js';

const folder = inject('folder');

interface Findings {
  health: boolean[];
  server: unknown;
  metadata: unknown;
  differences: Record<string, number>;
  refusals: Record<string, [status: string, message: string] | null>;
}

describe("NVIDIA's client talks to the generated cloud side", unless(noPython), () => {
  test.each(PLATE_BUILDS)('of the build %s', async (build) => {
    const manifest = JSON.parse(await readFile(path.join(folder, 'bundles', build, 'split-manifest.json'), 'utf8'));
    const server = await startServer(folder, build);
    const exchange = await recordExchange(folder, build, server);
    const found = (await runPython(interpreter, 'triton_client.py', [
      server.address,
      TOKEN,
      build,
      exchange,
    ])) as Findings;
    expect(await server.stop()).toEqual({ exitCode: 0, stderr: '' });

    expect(found.health).toEqual([true, true, true]);
    expect(found.server).toEqual({ name: 'autosplit', version: '1', extensions: ['binary_tensor_data', 'parameters'] });
    expect(found.metadata).toEqual({
      name: build,
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      // A picture too: what the model takes is what any client may send.
      inputs: manifest.wire.map(({ name, packedBytes }: { name: string; packedBytes: number }) => ({
        name,
        datatype: 'UINT8',
        shape: [packedBytes],
      })),
      outputs: [{ name: 'logits', datatype: 'FP32', shape: [1, 35, 24] }],
      parameters: { autosplit_digest: manifest.digest },
    });
    const binary = [
      'binary',
      'gzip',
      'deflate',
      'version',
      'outputs left to the server',
      'JSON out',
      'compressed answers welcome',
    ];
    const equal = Object.fromEntries([...binary, 'JSON in', 'JSON both ways'].map((way) => [way, 0]));
    expect(found.differences).toEqual(equal);

    const [first] = manifest.wire as { name: string; packedBytes: number }[];
    const names = manifest.wire.map((wire: { name: string }) => wire.name).join(', ');
    expect(found.refusals).toEqual({
      'no token': ['401', 'a valid bearer token is needed'],
      'no digest': ['400', `parameters.autosplit_digest is missing; it must be ${manifest.digest}`],
      'another digest': ['409', `the edge side comes from another split; this one has digest ${manifest.digest}`],
      'another model': ['404', 'unknown model'],
      'another version': ['404', 'unknown version; the only one is 1'],
      'another shape': ['400', `input ${first.name} must have shape [${first.packedBytes}], not [1]`],
      'another input': ['400', `unknown input other; the inputs are ${names}`],
      'metadata of another model': ['404', 'unknown model'],
      'an extension that is not there': ['404', 'not found'],
    });
  });
});
