import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runIsolated } from '../../src/inference/isolated.js';
import { shortMessage } from '../../src/inference/message.js';
import { writeModel } from '../../src/onnx/write.js';
import { float, modelOf, node } from '../onnx/harness.js';
import { noLinux } from '../skips/platform.js';
import { unless } from '../skips/unless.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'autosplit-isolated-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('runIsolated', () => {
  const model = path.join(folder, 'model.onnx');
  const relu = modelOf({
    nodes: [node('Relu', ['x'], ['y'])],
    inputs: [float('x', 2, 3)],
    outputs: [float('y', 2, 3)],
  });
  const save = (file: string, written: Parameters<typeof writeModel>[0]) =>
    writeFileSync(file, writeModel(written).skeleton);

  it('gives what the task gives', async () => {
    save(model, relu);
    expect(await runIsolated('describe', { model })).toEqual([{ name: 'y', dtype: 'float32', shape: [2, 3] }]);
  });

  it('passes on what onnxruntime says, under the code asked for', async () => {
    const missing = path.join(folder, 'none.onnx');
    await expect(
      runIsolated(
        'describe',
        { model: missing },
        { refusal: 'MODEL_UNSUPPORTED', hint: 'look for it', doing: 'loading' },
      ),
    ).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringMatching(/^loading failed, onnxruntime says: .*none\.onnx/),
      hint: 'look for it',
    });
  });

  it('ends a process that takes too long', async () => {
    save(model, relu);
    await expect(runIsolated('describe', { model }, { timeoutSeconds: 0.01 })).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      message: expect.stringContaining('did not end within 0.01 s'),
    });
  });

  it('ends a process that takes too much memory', unless(noLinux), async () => {
    // 400 MB of output, which onnxruntime would give.
    const fill = modelOf({
      nodes: [node('Expand', ['x', 's'], ['a']), node('Exp', ['a'], ['b']), node('Exp', ['b'], ['y'])],
      inputs: [float('x', 1)],
      outputs: [float('y', 3e8)],
    });
    fill.graph.initializers.set('s', {
      name: 's',
      dtype: 'int64',
      dims: [1],
      data: { kind: 'memory', bytes: new Uint8Array(BigInt64Array.of(300_000_000n).buffer) },
    });
    save(model, fill);
    const feeds = path.join(folder, 'feeds.bin');
    writeFileSync(feeds, new Uint8Array(4));
    const args = {
      model,
      feeds: { file: feeds, entries: [{ name: 'x', dtype: 'float32', shape: [1], offset: 0, length: 4 }] },
    };
    await expect(runIsolated('probe', args, { memoryBytes: 300e6 })).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      message: expect.stringContaining('286 MiB'),
    });
  });
});

describe('shortMessage', () => {
  it.each([
    [
      '[ONNXRuntimeError] : 1 : FAIL : Load model from /tmp/m.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:191 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::IOnnxRuntimeOpSchemaRegistryList*) Missing opset in the model.\n',
      'Missing opset in the model.',
    ],
    [
      'Exception during initialization: /onnxruntime_src/onnxruntime/core/common/safeint.h:17 static void SafeIntExceptionHandler<onnxruntime::OnnxRuntimeException>::SafeIntOnOverflow() Integer overflow\n\n',
      'Integer overflow',
    ],
    [
      '\u001b[1;31mtensorprotoutils.cc:594 GetExternalDataInfo TensorProto: c external data\u001b[m',
      'TensorProto: c external data',
    ],
    [
      'This is an invalid model. Error: the graph is not acyclic.',
      'This is an invalid model. Error: the graph is not acyclic.',
    ],
    ['', ''],
  ])('of %j', (message, short) => {
    expect(shortMessage(message)).toBe(short);
  });

  it('bounds what is passed on', () => {
    expect(shortMessage('x'.repeat(10_000)).length).toBe(400);
  });
});
