import { openModel } from '../inference/session.js';
import { makeNode } from '../onnx/build.js';
import type { Model } from '../onnx/graph.js';
import type { Columns } from './columns.js';

/** Sums of products of codes above their zero-point: A B^T for each group, row-major, as whole numbers. */
export interface Gram {
  products(a: Columns, b: Columns, zeroPoint: number): Promise<Int32Array>;
  close(): Promise<void>;
}

/** MatMulInteger: exact on every processor, and far quicker than JavaScript. */
export async function openGram(workDir: string, threads?: number): Promise<Gram> {
  const model: Model = {
    irVersion: 8,
    producer: 'autosplit',
    opsets: new Map([['', 13]]),
    functions: [],
    graph: {
      name: 'gram',
      nodes: [
        makeNode('Transpose', ['b'], ['t'], { perm: { type: 'ints', value: [0, 2, 1] } }),
        makeNode('MatMulInteger', ['a', 't', 'zero', 'zero'], ['products']),
      ],
      inputs: [
        { name: 'a', dtype: 'uint8', shape: ['g', 'i', 'n'] },
        { name: 'b', dtype: 'uint8', shape: ['g', 'j', 'n'] },
        { name: 'zero', dtype: 'uint8', shape: [] },
      ],
      outputs: [{ name: 'products', dtype: 'int32', shape: ['g', 'i', 'j'] }],
      initializers: new Map(),
      values: new Map(),
    },
  };
  const session = await openModel(model, workDir, 'gram', threads === undefined ? {} : { threads });
  const tensor = ({ codes, groups, size, count }: Columns) => ({
    dtype: 'uint8' as const,
    shape: [groups, size, count],
    data: codes,
  });
  return {
    async products(a, b, zeroPoint) {
      const zero = { dtype: 'uint8' as const, shape: [], data: Uint8Array.of(zeroPoint) };
      const { products } = await session.run({ a: tensor(a), b: tensor(b), zero });
      return products.data as Int32Array;
    },
    close: () => session.close(),
  };
}
