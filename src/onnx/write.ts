import { realpathSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { byteChunks, byteLength } from './bytes.js';
import { encodeGraph, type Place } from './encode.js';
import type { ByteSource, Initializer, Model } from './graph.js';
import { ModelProto, OperatorSetIdProto } from './proto.js';

export interface WriteOptions {
  /** Name of the data file as the skeleton refers to it, relative to the model. @default weights.bin */
  dataFile?: string;
  /** Initializers of at least so many bytes go to the data file. @default 1024 */
  threshold?: number;
  /** False keeps everything in the one message, for small models. @default true */
  externalize?: boolean;
  /** Folder of the model: weights that lie in files there or below are referred to where they are, and not copied. */
  inPlace?: string;
}

/** A piece of the data file; what lies between pieces is zero. */
export interface Segment {
  /** Name of the initializer. */
  name: string;
  offset: number;
  source: ByteSource;
}

export interface WrittenModel {
  /** The ModelProto. */
  skeleton: Uint8Array;
  /** In ascending order of offset. */
  external: Segment[];
}

/** Alignment for vector loads, and of pages for large pieces, which may be memory-mapped. */
const ALIGNMENT = 64;
const PAGE = 4096;
const LARGE = 1 << 20;

/**
 * Encodes a model: structure into a skeleton, weights as byte ranges to be copied or handed over in memory. The same
 * model always gives the same bytes.
 */
export function writeModel(model: Model, options: WriteOptions = {}): WrittenModel {
  const { dataFile = 'weights.bin', threshold = 1024, externalize = true, inPlace } = options;
  const locate = inPlace === undefined ? () => undefined : locator(inPlace);
  const external: Segment[] = [];
  let end = 0;
  const place: Place = ({ name, dtype, data }: Initializer) => {
    const length = byteLength(data);
    if (!externalize || dtype === 'string' || length === 0 || length < threshold) return undefined;
    const location = data.kind === 'file' ? locate(data.path) : undefined;
    if (data.kind === 'file' && location !== undefined) return { location, offset: data.offset, length };
    const alignment = length >= LARGE ? PAGE : ALIGNMENT;
    const offset = Math.ceil(end / alignment) * alignment;
    external.push({ name, offset, source: data });
    end = offset + length;
    return { location: dataFile, offset, length };
  };
  const graph = encodeGraph(model.graph, place);
  const skeleton = ModelProto.encode({
    irVersion: model.irVersion,
    producerName: model.producer,
    graph,
    opsets: [...model.opsets].map(([domain, version]) => OperatorSetIdProto.encode({ domain, version })),
    functions: model.functions,
  });
  return { skeleton, external };
}

/** Gives the location of a file as external data of a model in `folder`; undefined for one outside. */
function locator(folder: string): (file: string) => string | undefined {
  // Paths of external data are real ones, see external.ts.
  const real = realpathSync(folder);
  const known = new Map<string, string | undefined>();
  return (file) => {
    if (!known.has(file)) {
      const relative = path.relative(real, realpathSync(file));
      const isOutside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
      known.set(file, isOutside ? undefined : relative.split(path.sep).join('/'));
    }
    return known.get(file);
  };
}

export interface WriteFilesOptions {
  /** Name of the data file, in the folder of the model. @default the model's name with `.bin` */
  dataFile?: string;
  threshold?: number;
  externalize?: boolean;
  /** Refers to weights that lie in files of the same folder or below instead of copying them. */
  inPlace?: boolean;
}

/**
 * Writes `file` and, where there is anything for it, its data file beside it, streaming weights from where they are.
 * Each file appears whole or not at all. Do not write over files that a model in use is read from: its byte ranges
 * would be stale.
 */
export async function writeModelFiles(model: Model, file: string, options: WriteFilesOptions = {}): Promise<void> {
  const { dataFile = `${path.basename(file, '.onnx')}.bin`, inPlace = false, ...rest } = options;
  const { skeleton, external } = writeModel(model, {
    ...rest,
    dataFile,
    ...(inPlace && { inPlace: path.dirname(file) }),
  });
  const data = path.join(path.dirname(file), dataFile);
  if (external.length > 0) await writeWhole(data, (write) => stream(external, write));
  await writeWhole(file, (write) => write(skeleton, 0));
}

type Write = (bytes: Uint8Array, position: number) => Promise<void>;

async function stream(external: readonly Segment[], write: Write): Promise<void> {
  for (const { offset, source } of external) {
    let at = offset;
    for (const chunk of byteChunks(source)) {
      await write(chunk, at);
      at += chunk.length;
    }
  }
}

async function writeWhole(file: string, fill: (write: Write) => Promise<void>): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  const handle = await open(partial, 'w');
  try {
    try {
      await fill(async (bytes, position) => {
        for (let at = 0; at < bytes.length; ) {
          const { bytesWritten } = await handle.write(bytes, at, Math.min(bytes.length - at, 1 << 30), position + at);
          at += bytesWritten;
        }
      });
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
