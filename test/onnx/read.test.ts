import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { readBytes, readFloats } from '../../src/onnx/bytes.js';
import type { Model } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/read.js';
import { writeModel } from '../../src/onnx/write.js';
import { AutosplitError } from '../../src/util/error.js';
import { noShared, sharedModels, smallNetwork } from '../shared.js';
import { unless } from '../skips/unless.js';
import { float, modelOf, node, random, temporaryFolder } from './harness.js';
import { tensorModel } from './tensor-model.js';

const folder = temporaryFolder();
let count = 0;

/** Reads a file with this content. */
function readContent(content: Uint8Array) {
  const file = path.join(folder, `model-${count++}.onnx`);
  writeFileSync(file, content);
  return readModel(file);
}

/** What reading ends in: nothing but an AutosplitError is let through. */
function codeOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof AutosplitError) {
      expect(error.message.length).toBeLessThan(1000);
      return error.code;
    }
    throw error;
  }
}

const malformed = sharedModels('hard/malformed');

describe('malformed models', unless(noShared), () => {
  const EXTERNAL = /^ext_/;
  /** Odd, yet valid as far as their structure goes. */
  const READABLE = [
    'bitflip_0',
    'bitflip_3',
    'chain_50k_relu',
    'conv_group0',
    'conv_huge_attrs',
    'dup_initializer',
    'fanout_5k',
    'identity_only',
    'init_nan_inf',
    'ir_version_0',
    'long_name_1MB',
    'loop_2pow62',
    'memory_bomb_constantofshape',
    'memory_bomb_tile',
    'no_shape_input',
    'non_utf8_name',
    'not_topological',
    'opset_9999',
    'output_is_initializer',
    'output_is_input',
    'shape_mismatch_matmul',
    'unknown_domain',
    'unknown_op',
    'weird_names',
    'zero_dim_input',
  ];
  const UNSUPPORTED = ['nested_if_90', 'protobuf_recursion_3000'];

  it.each(malformed)('$name', ({ name, file }) => {
    const stem = path.basename(name, '.onnx');
    const expected = READABLE.includes(stem)
      ? 'read'
      : EXTERNAL.test(name)
        ? 'EXTERNAL_DATA'
        : UNSUPPORTED.includes(stem)
          ? 'MODEL_UNSUPPORTED'
          : 'MODEL_INVALID';
    expect(codeOf(() => readModel(file))).toBe(expected);
  });
});

describe('damage', () => {
  const whole = sharedModels('real').filter(({ name }) => /^(mnist-8_zoo|silero_vad)/.test(name));

  it.each([smallNetwork('classifier'), smallNetwork('control'), ...whole.map(({ file }) => file)])(
    'is survived anywhere in %s',
    (file) => {
      const content = readFileSync(file);
      const next = random(11);
      const seen = new Set<string>();
      for (let i = 0; i < 150; i++) {
        const damaged = Buffer.from(content);
        // Structure is dense at both ends of these files; weights are in between.
        const within = i % 3 === 0 ? content.length : 3000;
        for (let k = 0; k <= i % 4; k++) damaged[Math.floor(next() * within)] = Math.floor(next() * 256);
        seen.add(
          codeOf(() => readContent(i % 5 === 0 ? damaged.subarray(0, Math.floor(next() * content.length)) : damaged)),
        );
      }
      expect(seen).toContain('MODEL_INVALID');
    },
  );
});

describe('readModel', () => {
  it('says when there is no such file', () => {
    expect(codeOf(() => readModel(path.join(folder, 'none.onnx')))).toBe('MODEL_NOT_FOUND');
    expect(codeOf(() => readModel(folder))).toBe('MODEL_NOT_FOUND');
  });

  it('tells a Git LFS pointer', () => {
    expect(() => readContent(Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\n'))).toThrow(
      'Git LFS',
    );
  });

  it('indexes a file of 1.2 GB in little memory', () => {
    const length = 1.2e9;
    const file = path.join(folder, 'large.onnx');
    // A file with a hole: field 5 (initializer) of the graph holds a tensor whose raw data (field 9) is never read.
    const tensor = new protobuf.Writer()
      .uint32(0x08)
      .int64(length / 4)
      .uint32(0x10)
      .int32(1)
      .uint32(0x42)
      .string('w')
      .uint32(0x4a)
      .uint32(length)
      .finish();
    const graph = new protobuf.Writer()
      .uint32(0x2a)
      .uint32(tensor.length + length)
      .finish();
    const rest = Buffer.concat([
      encodedGraph(
        modelOf({
          nodes: [node('Add', ['x', 'w'], ['y'])],
          inputs: [float('x', 1)],
          outputs: [float('y', length / 4)],
        }),
      ),
    ]);
    const opset = Buffer.from([0x42, 2, 0x10, 17]);
    const head = new protobuf.Writer()
      .uint32(0x08)
      .int64(8)
      .uint32(0x3a)
      .uint32(graph.length + tensor.length + length + rest.length)
      .finish();
    const start = head.length + graph.length + tensor.length;
    const handle = openSync(file, 'w');
    writeSync(handle, Buffer.concat([head, graph, tensor]), 0);
    writeSync(handle, Buffer.concat([rest, opset]), 0, undefined, start + length);
    closeSync(handle);

    const before = process.memoryUsage().rss;
    const model = readModel(file);
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
    expect(model.graph.initializers.get('w')?.data).toEqual({ kind: 'file', path: file, offset: start, length });
  });

  it('reads external data beyond 4 GB', () => {
    const { skeleton } = writeModel(tensorModel('uint8', [5e9]), { dataFile: 'sparse.bin' });
    const file = path.join(folder, 'external.onnx');
    writeFileSync(file, skeleton);
    const handle = openSync(path.join(folder, 'sparse.bin'), 'w');
    ftruncateSync(handle, 5e9);
    writeSync(handle, Buffer.from([42]), 0, 1, 4.9e9);
    closeSync(handle);
    const data = readModel(file).graph.initializers.get('w')?.data;
    if (data?.kind !== 'file') throw new Error('not in a file');
    expect([...readBytes({ ...data, offset: data.offset + 4.9e9, length: 2 })]).toEqual([42, 0]);
  });
});

const encodedGraph = (model: Model) => {
  const { skeleton } = writeModel(model);
  // Fields of a ModelProto: ir_version (2 bytes), producer (2 + name), then the graph behind its tag and length.
  const reader = protobuf.Reader.create(skeleton);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x3a) return reader.bytes();
    reader.skipType(tag & 7);
  }
  throw new Error('no graph');
};

describe('typed values', () => {
  const cases: [string, number, number[], (writer: protobuf.Writer) => protobuf.Writer, string, number[]][] = [
    [
      'float32 packed',
      1,
      [3],
      (w) => w.uint32(0x22).fork().float(1.5).float(-2).float(0).ldelim(),
      'float32',
      [1.5, -2, 0],
    ],
    ['float32 one by one', 1, [2], (w) => w.uint32(0x25).float(1.5).uint32(0x25).float(-2), 'float32', [1.5, -2]],
    [
      'float64',
      11,
      [2],
      (w) => w.uint32(0x52).fork().double(0.1).double(-3).ldelim(),
      'float64',
      [Math.fround(0.1), -3],
    ],
    ['int32', 6, [3], (w) => w.uint32(0x2a).fork().int32(7).int32(-1).int32(300).ldelim(), 'int32', [7, -1, 300]],
    ['int8 one by one', 3, [2], (w) => w.uint32(0x28).int32(-128).uint32(0x28).int32(127), 'int8', [-128, 127]],
    ['uint8', 2, [2], (w) => w.uint32(0x2a).fork().int32(255).int32(1).ldelim(), 'uint8', [255, 1]],
    ['bool', 9, [2], (w) => w.uint32(0x2a).fork().int32(1).int32(0).ldelim(), 'bool', [1, 0]],
    [
      'int64',
      7,
      [3],
      (w) =>
        w
          .uint32(0x3a)
          .fork()
          .int64(-1)
          .int64(1)
          .int64(2 ** 40)
          .ldelim(),
      'int64',
      [-1, 1, 2 ** 40],
    ],
    [
      'uint64',
      13,
      [1],
      (w) =>
        w
          .uint32(0x5a)
          .fork()
          .uint64(2 ** 40)
          .ldelim(),
      'uint64',
      [2 ** 40],
    ],
    [
      'uint32',
      12,
      [1],
      (w) =>
        w
          .uint32(0x5a)
          .fork()
          .uint64(2 ** 32 - 1)
          .ldelim(),
      'uint32',
      [2 ** 32],
    ],
    [
      'float16',
      10,
      [4],
      (w) => w.uint32(0x2a).fork().int32(0x3c00).int32(0xc000).int32(1).int32(0x7bff).ldelim(),
      'float16',
      [1, -2, 2 ** -24, 65504],
    ],
    ['bfloat16', 16, [2], (w) => w.uint32(0x2a).fork().int32(0x3f80).int32(0xc040).ldelim(), 'bfloat16', [1, -3]],
  ];
  it.each(cases)('%s', (_, number, dims, write, dtype, values) => {
    const tensor = write(
      new protobuf.Writer()
        .uint32(0x0a)
        .fork()
        .int64(dims[0])
        .ldelim()
        .uint32(0x10)
        .int32(number)
        .uint32(0x42)
        .string('w'),
    ).finish();
    const extra = new protobuf.Writer().uint32(0x2a).bytes(tensor).finish();
    const skeleton = modelBytes(
      Buffer.concat([
        encodedGraph(modelOf({ nodes: [node('Identity', ['w'], ['y'])], inputs: [], outputs: [float('y', 1)] })),
        extra,
      ]),
    );
    const initializer = readContent(skeleton).graph.initializers.get('w');
    if (!initializer) throw new Error('no initializer');
    expect(initializer.dtype).toBe(dtype);
    expect([...readFloats(initializer)]).toEqual(values);
  });

  it('refuses more or fewer values than the shape takes', () => {
    for (const values of [[1], [1, 2, 3]]) {
      const packed = new protobuf.Writer()
        .uint32(0x08)
        .int64(2)
        .uint32(0x10)
        .int32(6)
        .uint32(0x42)
        .string('w')
        .uint32(0x2a)
        .fork();
      for (const value of values) packed.int32(value);
      const extra = new protobuf.Writer().uint32(0x2a).bytes(packed.ldelim().finish()).finish();
      const graph = encodedGraph(
        modelOf({ nodes: [node('Identity', ['w'], ['y'])], inputs: [], outputs: [float('y', 1)] }),
      );
      expect(codeOf(() => readContent(modelBytes(Buffer.concat([graph, extra]))))).toBe('MODEL_INVALID');
    }
  });
});

const modelBytes = (graph: Uint8Array) =>
  Buffer.concat([Buffer.from([0x08, 8, 0x42, 2, 0x10, 17]), new protobuf.Writer().uint32(0x3a).bytes(graph).finish()]);

describe('external data', () => {
  const inside = path.join(folder, 'inside');
  mkdirSync(path.join(inside, 'deeper'), { recursive: true });
  writeFileSync(path.join(folder, 'outside.bin'), new Uint8Array(4096));
  writeFileSync(path.join(inside, 'deeper', 'data.bin'), new Uint8Array(4096));
  symlinkSync(path.join(folder, 'outside.bin'), path.join(inside, 'link.bin'));
  symlinkSync(folder, path.join(inside, 'up'));
  symlinkSync(path.join(inside, 'deeper', 'data.bin'), path.join(inside, 'fine.bin'));
  const locations: [string, string][] = [
    ['deeper/data.bin', 'read'],
    ['./deeper/data.bin', 'read'],
    ['fine.bin', 'read'],
    ['../outside.bin', 'EXTERNAL_DATA'],
    ['deeper/../../outside.bin', 'EXTERNAL_DATA'],
    ['..\\outside.bin', 'EXTERNAL_DATA'],
    ['C:\\data.bin', 'EXTERNAL_DATA'],
    ['/etc/passwd', 'EXTERNAL_DATA'],
    ['\\\\server\\data.bin', 'EXTERNAL_DATA'],
    ['link.bin', 'EXTERNAL_DATA'],
    ['up/outside.bin', 'EXTERNAL_DATA'],
    ['deeper', 'EXTERNAL_DATA'],
    ['missing.bin', 'EXTERNAL_DATA'],
    ['nul\0.bin', 'EXTERNAL_DATA'],
    ['*/_ORT_MEM_ADDR_/*', 'EXTERNAL_DATA'],
    ['', 'EXTERNAL_DATA'],
  ];
  it.each(locations)('at %j: %s', (location, expected) => {
    const file = path.join(inside, 'model.onnx');
    writeFileSync(file, writeModel(tensorModel('float32', [1024]), { dataFile: location }).skeleton);
    expect(codeOf(() => readModel(file))).toBe(expected);
  });

  it('is found when the folder itself is a link', () => {
    symlinkSync(inside, path.join(folder, 'alias'));
    copyFileSync(path.join(inside, 'deeper', 'data.bin'), path.join(inside, 'data.bin'));
    writeFileSync(
      path.join(inside, 'model.onnx'),
      writeModel(tensorModel('float32', [1024]), { dataFile: 'data.bin' }).skeleton,
    );
    expect(codeOf(() => readModel(path.join(folder, 'alias', 'model.onnx')))).toBe('read');
  });
});

describe('graphs', () => {
  const read = (parts: Parameters<typeof modelOf>[0]) => readContent(writeModel(modelOf(parts)).skeleton);
  const [x, y] = [float('x', 4), float('y', 4)];

  it('are sorted only as far as needed', () => {
    const { graph } = read({
      nodes: [
        node('Relu', ['b'], ['y']),
        node('Relu', ['x'], ['c']),
        node('Relu', ['a'], ['b']),
        node('Relu', ['x'], ['a']),
      ],
      inputs: [x],
      outputs: [y],
    });
    expect(graph.nodes.map(({ name }) => name)).toEqual(['a', 'b', 'y', 'c']);
  });

  it('have uniquely named nodes', () => {
    const unnamed = { ...node('Relu', ['x'], ['a']), name: '' };
    const twice = [
      { ...node('Relu', ['x'], ['b']), name: 'n' },
      { ...node('Relu', ['x'], ['y']), name: 'n' },
    ];
    const taken = { ...node('Relu', ['x'], ['c']), name: 'n_1' };
    const { graph } = read({ nodes: [unnamed, ...twice, taken], inputs: [x], outputs: [y] });
    expect(graph.nodes.map(({ name }) => name)).toEqual(['Relu_a', 'n', 'n_2', 'n_1']);
  });

  it('make Constant nodes initializers', () => {
    const constant = (
      name: string,
      value: [string, { type: 'float' | 'int'; value: number } | { type: 'floats' | 'ints'; value: number[] }],
    ) => ({
      ...node('Constant', [], [name]),
      attributes: new Map([value]),
    });
    const { graph } = read({
      nodes: [
        constant('f', ['value_float', { type: 'float', value: 2.5 }]),
        constant('i', ['value_int', { type: 'int', value: -3 }]),
        constant('fs', ['value_floats', { type: 'floats', value: [1, 2] }]),
        constant('is', ['value_ints', { type: 'ints', value: [] }]),
        node('Add', ['x', 'f'], ['y']),
      ],
      inputs: [x],
      outputs: [y],
    });
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Add']);
    const constants = [...graph.initializers.values()].map((initializer) => [
      initializer.name,
      initializer.dtype,
      initializer.dims,
      [...readFloats(initializer)],
    ]);
    expect(constants).toEqual([
      ['f', 'float32', [], [2.5]],
      ['i', 'int64', [], [-3]],
      ['fs', 'float32', [2], [1, 2]],
      ['is', 'int64', [0], []],
    ]);
  });

  it.each([
    ['no reader of its input', { nodes: [node('Relu', ['z'], ['y'])], inputs: [x], outputs: [y] }],
    ['an output that nothing makes', { nodes: [node('Relu', ['x'], ['z'])], inputs: [x], outputs: [y] }],
    [
      'a tensor made twice',
      { nodes: [node('Relu', ['x'], ['y']), node('Relu', ['x'], ['y'])], inputs: [x], outputs: [y] },
    ],
    ['an input that is made', { nodes: [node('Relu', ['y'], ['x'])], inputs: [x, y], outputs: [y] }],
    ['an input listed twice', { nodes: [node('Relu', ['x'], ['y'])], inputs: [x, x], outputs: [y] }],
    ['an output listed twice', { nodes: [node('Relu', ['x'], ['y'])], inputs: [x], outputs: [y, y] }],
    [
      'a cycle',
      {
        nodes: [node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b']), node('Relu', ['b'], ['y'])],
        inputs: [x],
        outputs: [y],
      },
    ],
  ])('are refused with %s', (_, parts) => {
    expect(codeOf(() => read(parts))).toBe('MODEL_INVALID');
  });
});
