import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fuse } from '../../src/frontend/fuse.js';
import { loadModel } from '../../src/frontend/index.js';
import { undescribedNote } from '../../src/frontend/undescribed.js';
import type { Node } from '../../src/onnx/graph.js';
import { writeModelFiles } from '../../src/onnx/write.js';
import { float, modelOf, node, temporaryFolder } from '../onnx/harness.js';

const folder = temporaryFolder();

const noteOf = (nodes: Node[], output: string) => {
  const { graph } = modelOf({ nodes, inputs: [float('x', 1, 2, 4, 4)], outputs: [float(output)] });
  return undescribedNote(graph, fuse(graph));
};

describe('operators that no family describes', () => {
  it('are named with their layers, those of others by domain', () => {
    const nodes = [
      node('Frobnicate', ['x'], ['a']),
      node('Relu', ['a'], ['b']),
      { ...node('Conv', ['b', 'x'], ['c']), domain: 'acme' },
      node('Frobnicate', ['c'], ['d']),
    ];
    expect(noteOf(nodes, 'd')).toContain('Frobnicate (layers "a", "d"), acme.Conv (layer "c")');
  });

  it('are counted where there are many', () => {
    const chain = ['x', 'a', 'b', 'c', 'd', 'e'];
    const nodes = chain.slice(1).map((output, i) => node('Frobnicate', [chain[i]], [output]));
    expect(noteOf(nodes, 'e')).toContain('Frobnicate (layers "a", "b", "c" and 2 more)');
  });

  it('are no news where there are none', () => {
    expect(noteOf([node('Relu', ['x'], ['a']), node('Softmax', ['a'], ['b'])], 'b')).toBeUndefined();
  });
});

it('a model that is loaded comes with the warning', async () => {
  const einsum = node('Einsum', ['x', 'x'], ['y']);
  einsum.attributes.set('equation', { type: 'string', value: 'nchw,ncwv->nchv' });
  const file = path.join(folder, 'einsum.onnx');
  await writeModelFiles(
    modelOf({ nodes: [einsum], inputs: [float('x', 1, 2, 4, 4)], outputs: [float('y', 1, 2, 4, 4)] }),
    file,
  );
  const { warnings } = await loadModel({ model: { path: file, inputs: {} }, root: folder } as never, folder, () => {});
  expect(warnings).toEqual([expect.stringContaining('Einsum (layer "y")')]);
});
