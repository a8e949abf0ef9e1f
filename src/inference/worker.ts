/**
 * Child process that runs onnxruntime on untrusted models; isolated.ts starts it. It answers one request over the IPC
 * channel and exits.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { compile, measure } from './measure.js';
import type { FeedEntry, Reply, Request, TaskArguments, TaskResults } from './tasks.js';

const TASKS: { [Name in keyof TaskResults]: (args: TaskArguments[Name]) => Promise<TaskResults[Name]> } = {
  optimise,
  describe,
  probe,
  compile,
  measure: (args) => measure(args, readFeeds(args.feeds)),
};

/** One thread, so that folded constants do not depend on the number of threads. */
const SESSION: ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  enableCpuMemArena: false,
};
/** Without optimisation, so that every tensor exists. */
const UNCHANGED: ort.InferenceSession.SessionOptions = { ...SESSION, graphOptimizationLevel: 'disabled' };

async function optimise({ model, output, dataFile }: TaskArguments['optimise']): Promise<TaskResults['optimise']> {
  const session = await ort.InferenceSession.create(model, {
    ...SESSION,
    graphOptimizationLevel: 'basic',
    optimizedModelFilePath: output,
    extra: {
      session: {
        optimized_model_external_initializers_file_name: dataFile,
        optimized_model_external_initializers_min_size_in_bytes: '1024',
        disable_prepacking: '1',
      },
    },
  });
  await session.release();
  return {};
}

async function describe({ model }: TaskArguments['describe']): Promise<TaskResults['describe']> {
  const session = await ort.InferenceSession.create(model, UNCHANGED);
  const found = session.outputMetadata.flatMap((output) =>
    output.isTensor ? [{ name: output.name, dtype: output.type, shape: [...output.shape] }] : [],
  );
  await session.release();
  return found;
}

async function probe({ model, feeds }: TaskArguments['probe']): Promise<TaskResults['probe']> {
  const session = await ort.InferenceSession.create(model, UNCHANGED);
  const wanted = session.outputMetadata.flatMap((output) => (output.isTensor ? [output.name] : []));
  const results = await session.run(readFeeds(feeds), wanted);
  const found: TaskResults['probe'] = Object.entries(results).map(([name, tensor]) => ({
    name,
    dtype: tensor.type,
    shape: [...tensor.dims],
  }));
  await session.release();
  return found;
}

type Values = new (buffer: ArrayBuffer) => ort.Tensor['data'];

const VALUES: Record<string, Values> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};

function readFeeds({ file, entries }: { file: string; entries: FeedEntry[] }): Record<string, ort.Tensor> {
  const handle = openSync(file, 'r');
  try {
    return Object.fromEntries(
      entries.map(({ name, dtype, shape, offset, length }) => {
        const bytes = new Uint8Array(length);
        readSync(handle, bytes, 0, length, offset);
        const Type = VALUES[dtype];
        if (!Type) throw new Error(`input ${name} of type ${dtype} cannot be fed`);
        return [name, new ort.Tensor(dtype as 'float32', new Type(bytes.buffer) as Float32Array, shape)];
      }),
    );
  } finally {
    closeSync(handle);
  }
}

async function answer(request: Request): Promise<Reply> {
  try {
    const task = TASKS[request.task] as (args: unknown) => Promise<TaskResults[keyof TaskResults]>;
    return { ok: true, result: await task(request.args) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

process.once('message', async (request: Request) => {
  const reply = await answer(request);
  // Exit after the reply is sent. Without exit, threads of a failed session could keep the process alive.
  process.send?.(reply, undefined, undefined, () => process.exit(0));
});

// The parent process has ended.
process.once('disconnect', () => process.exit(1));
