import path from 'node:path';
import { describe, expect, it } from 'vitest';
import wavefile from 'wavefile';
import { openSamples } from '../../src/samples/open.js';
import { noShared, shared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { expectError, file, source } from './support.js';

/** Multiples of 1/64, so that every depth holds them exactly. */
const left = Array.from({ length: 64 }, (_, i) => (i - 32) / 64);
const right = left.map((value) => -value / 2);

function wav(depth: string, channels: number[][], rate = 16000): Uint8Array {
  const bits = Number.parseInt(depth, 10);
  const full = depth.endsWith('f') || bits > 32 ? 1 : 2 ** (bits - 1);
  const stored = channels.map((channel) => channel.map((value) => value * full + (depth === '8' ? 128 : 0)));
  const writer = new wavefile.WaveFile();
  writer.fromScratch(channels.length, rate, depth, channels.length === 1 ? stored[0] : stored);
  return writer.toBuffer();
}

const input = { name: 'audio', dtype: 'float32' as const, shape: [1, 64] };

const open = async (...clips: Uint8Array[]) =>
  openSamples(source('audio', await Promise.all(clips.map((clip, i) => file(`clips/${i}.wav`, clip)))), [input]);

describe('.wav clips that wavefile wrote', () => {
  it.each(['8', '16', '24', '32', '32f', '64'])('of depth %s, mono and stereo', async (depth) => {
    const mono = await open(wav(depth, [left]));
    expect((await mono.load(0)).audio).toEqual({ dtype: 'float32', shape: [1, 64], data: Float32Array.from(left) });
    const stereo = await open(wav(depth, [left, right]));
    const mixed = Float32Array.from(left, (value, i) => (value + right[i]) / 2);
    expect((await stereo.load(0)).audio.data).toEqual(depth === '8' ? expect.anything() : mixed);
  });
  it('tell how they are natively stored', async () => {
    const set = await open(wav('16', [left]));
    expect(set.source.audio).toEqual({ bits: 16, scale: [1 / 32768], zeroPoint: [32768] });
    expect((await open(wav('8', [left]))).source.audio).toEqual({ bits: 8, scale: [1 / 128], zeroPoint: [128] });
    expect((await open(wav('16', [left, right]))).source.audio).toEqual({ bits: 32 });
    expect((await open(wav('32f', [left]))).source.audio).toEqual({ bits: 32 });
  });
  it('with other chunks before the sound', async () => {
    const writer = new wavefile.WaveFile(wav('16', [left]));
    writer.setTag('INAM', 'odd');
    const set = await open(writer.toBuffer());
    expect((await set.load(0)).audio.data).toEqual(Float32Array.from(left));
  });
  it('of the shared set, as wavefile reads them', unless(noShared), async () => {
    const clip = path.join(shared ?? '', 'data/audio/yes_1000ms.wav');
    const set = await openSamples(source('audio', [clip]), [{ name: 'audio', dtype: 'float32', shape: [1, 16000] }]);
    const { readFile } = await import('node:fs/promises');
    const samples = new wavefile.WaveFile(await readFile(clip)).getSamples(false) as unknown as Float64Array;
    expect((await set.load(0)).audio.data).toEqual(Float32Array.from(samples, (value) => value / 32768));
  });
});

describe('what is refused', () => {
  it('another length', async () => {
    const set = await open(wav('16', [left.slice(1)]));
    await expectError(() => set.load(0), 'SAMPLES_INVALID', /0\.wav: 63 samples of sound.*takes 64/);
  });
  it('clips of several formats', async () => {
    const set = await open(wav('16', [left]), wav('16', [left], 8000));
    await expectError(() => set.load(1), 'SAMPLES_INVALID', /1\.wav: .*8000 Hz, where 0\.wav is .*16000 Hz/);
  });
  it('NaN', async () => {
    const bytes = wav('32f', [left]);
    new DataView(bytes.buffer, bytes.byteOffset).setFloat32(bytes.length - 8, Number.NaN, true);
    const set = await open(bytes);
    await expectError(() => set.load(0), 'SAMPLES_INVALID', /NaN, at \[0, 62\]/);
  });
  it('every prefix, compressed sound, and inputs that are no floats', async () => {
    const bytes = wav('16', [left]);
    for (let length = 0; length < bytes.length; length += 3)
      await expectError(() => open(bytes.subarray(0, length)), 'SAMPLES_INVALID', /0\.wav/);
    const law = new wavefile.WaveFile(bytes);
    law.toMuLaw();
    await expectError(() => open(law.toBuffer()), 'SAMPLES_INVALID', /format 7/);
    const clip = await file('clip.wav', bytes);
    await expectError(
      () => openSamples(source('audio', [clip]), [{ name: 'audio', dtype: 'int64', shape: [64] }]),
      'SAMPLES_INVALID',
      /one float input/,
    );
  });
});
