import { pictureEncoder } from '../../../src/calibrate/pictures.js';
import type { Evaluation } from '../../../src/evaluate/evaluation.js';
import { evaluationOf } from '../../../src/evaluate/index.js';
import { dropInterval, Z999 } from '../../../src/evaluate/interval.js';
import { decodeTensorBytes } from '../../../src/runtime/codecs/coding.js';
import { dequantizeWire } from '../../../src/runtime/wire/quantize.js';
import { mean, type OpenCut } from './cut.js';

/** The same pictures as cloud-only would send them. */
export interface PictureRow {
  encoding: string;
  bytes: number;
  accuracy: Evaluation;
}

const QUALITIES = [10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95];

/**
 * Sends every picture under an encoding and runs the float network on what arrives; undefined once it is clear that it
 * loses more than `limit`.
 */
export async function sendPictures(
  { judge, float, scores }: OpenCut,
  encoding: string,
  limit?: number,
): Promise<PictureRow | undefined> {
  const { samples } = judge;
  const encode = pictureEncoder(samples);
  const [bytes, quantized]: [number[], number[]] = [[], []];
  for (const [done, sample] of judge.indices.entries()) {
    const feeds = await samples.load(sample);
    const [name] = Object.keys(feeds);
    const picture = await encode(sample, name, encoding);
    bytes.push(picture.content.length);
    const wire = { ...picture.wire, ...samples.source[name] };
    const data = dequantizeWire(wire, await decodeTensorBytes(picture.wire, picture.content));
    const outputs = await float.run({ ...feeds, [name]: { ...feeds[name], data } });
    quantized.push(await judge.score(outputs, outputs, sample));
    const isLook = limit !== undefined && done % 40 === 39;
    if (isLook && dropInterval({ float: scores.slice(0, quantized.length), quantized }, Z999)[0] > limit)
      return undefined;
  }
  return { encoding, bytes: mean(bytes), accuracy: evaluationOf(judge, { float: scores, quantized }, null) };
}

/** The lowest quality of JPEG or WebP that loses at most `limit`. */
export async function smallestPicture(
  cut: OpenCut,
  format: 'jpeg' | 'webp',
  limit: number,
): Promise<PictureRow | undefined> {
  for (const quality of QUALITIES) {
    const row = await sendPictures(cut, `${format}:${quality}`, limit);
    if (row && row.accuracy.drop <= limit) return row;
  }
  return undefined;
}
