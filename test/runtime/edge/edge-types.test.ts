import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { edgeTypes } from '../../../src/runtime/edge/edge-types.js';
import type { SplitSpec } from '../../../src/runtime/spec.js';
import { temporaryFolder } from '../../util/temporary.js';
import { splitSpec } from '../fixture.js';

const tsc = path.resolve('node_modules/typescript/bin/tsc');

/** What TypeScript has against a program that uses the declarations of a split; empty where it has nothing. */
function complaints(spec: SplitSpec, platform: 'node' | 'browser', program: string): string {
  const folder = temporaryFolder({
    'edge.d.mts': edgeTypes(spec, platform),
    'use.mts': program,
    'tsconfig.json': JSON.stringify({
      compilerOptions: { target: 'es2022', module: 'nodenext', strict: true, noEmit: true, types: [] },
      files: ['edge.d.mts', 'use.mts'],
    }),
  });
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stdout: Buffer }).stdout);
  }
}

describe('declarations of an edge side', () => {
  it('for pages hold the options of pages, those for Node.js do not', () => {
    const program = `import { createEdge, type LoadProgress } from './edge.mjs';
      const told = ({ stage, loaded }: LoadProgress) => [stage === 'download', loaded];
      export const edge = createEdge({
        cloud: 'http://host', token: 'secret', threads: 2, onProgress: told, executionProviders: ['webgpu', 'wasm'],
        assets: '/split/', wasmPaths: { wasm: '/ort.wasm' },
      });
      // @ts-expect-error no such provider
      createEdge({ cloud: 'http://host', executionProviders: ['cuda'] });
      // @ts-expect-error the cloud side is needed
      createEdge({ threads: 1 });`;
    expect(complaints(splitSpec, 'browser', program)).toBe('');
    expect(complaints(splitSpec, 'node', program)).toMatch(/LoadProgress/);
  });

  it('need no address where the edge computes everything', () => {
    const program = `import { createEdge } from './edge.mjs';
      export const { metadata } = await createEdge();
      await createEdge({ threads: 1 });`;
    expect(complaints({ ...splitSpec, decision: 'edge-only' }, 'node', program)).toBe('');
    expect(complaints(splitSpec, 'node', program)).toMatch(/Expected 1 arguments/);
  });

  it('tell errors apart, and are errors', () => {
    const program = `import { EdgeError } from './edge.mjs';
      export const isBusy = (error: unknown) => error instanceof EdgeError && error.code === 'BUSY' && error.status === 503;
      export const asError: (error: EdgeError) => Error = (error) => error;
      // @ts-expect-error no such code
      export const wrong = (error: EdgeError) => error.code === 'NONE';`;
    for (const platform of ['node', 'browser'] as const) expect(complaints(splitSpec, platform, program)).toBe('');
  });

  it('say how many threads are planned', () => {
    const edge = splitSpec.edge && { ...splitSpec.edge, threads: 3 };
    expect(edgeTypes({ ...splitSpec, ...(edge && { edge }) }, 'node')).toContain(
      'by default with 3 threads as planned.',
    );
  });
});
