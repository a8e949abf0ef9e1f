import { type Array2d, type DenseConvolution, fold, productOf } from './geometry.js';
import { operandsOf, scheduleOf } from './operand.js';
import { outputLines } from './outputs.js';
import { pace } from './pace.js';
import { pictureOf } from './picture.js';
import { sramWords, type Utilisation, utilisation, type Words } from './v2-cycles.js';
import { calcStream, type Span, userStream } from './v2-streams.js';
import { writeBuffer } from './write-buffer.js';

/** A configuration of SCALE-Sim v2. */
export interface ScaleSim extends Array2d {
  /** Words that each buffer holds, both of its halves; 100 or more. */
  words: Words;
  /**
   * `calc`: off-chip memory is as fast as it must be for the array never to wait (mode CALC). Otherwise the words per
   * cycle of each of the three streams (mode USER).
   */
  bandwidth: 'calc' | number;
}

/** When a stream starts and stops, and what it moves. Off-chip cycles before the first line are negative. */
export interface Stream extends Span {
  /** Words per cycle: over all cycles on chip, from start to stop off chip. */
  bandwidth: number;
}

export type Streams = Record<keyof Words, Stream>;

/** What SCALE-Sim v2 reports of a layer. */
export interface Report {
  /** Number of the last cycle, stalls included; the first fill and the last drain are not. */
  totalCycles: number;
  stallCycles: number;
  /** In percent. */
  utilisation: Utilisation;
  sram: Streams;
  dram: Streams;
}

/**
 * SCALE-Sim v2 of one layer, all that it reports, to the cycle. What has a closed form takes no time; stalls and
 * windows that do not fit are streamed, in memory bounded by 2 bytes a word of the input and 4 bytes a line of the
 * order of fetching.
 *
 * @throws RangeError for a buffer of less than 100 words.
 */
export function simulateV2(device: ScaleSim, conv: DenseConvolution): Report {
  const { array, dataflow, words, bandwidth } = device;
  if (Math.min(words.ifmap, words.filter, words.ofmap) < 100)
    throw new RangeError('the simulator needs buffers of at least 100 words');
  const product = productOf(conv);
  const schedule = scheduleOf(device, fold(device, product));
  const operands = operandsOf(dataflow, schedule, pictureOf(conv));
  const stream = (of: 'ifmap' | 'filter') =>
    bandwidth === 'calc'
      ? calcStream(operands[of], schedule, words[of])
      : userStream(operands[of], schedule, words[of], bandwidth);
  const reads = { ifmap: stream('ifmap'), filter: stream('filter') };
  const written = outputLines(schedule, dataflow);
  const buffer = writeBuffer(words.ofmap, bandwidth === 'calc' ? array.columns : bandwidth);
  const lastLine = schedule.total - 1;
  const { stalls, at } = pace(schedule, dataflow, { ifmap: reads.ifmap.reader, filter: reads.filter.reader }, buffer, [
    lastLine,
    ...[written, reads.ifmap.active, reads.filter.active].flatMap(({ first, last }) => [first, last]),
    ...reads.ifmap.wanted,
    ...reads.filter.wanted,
  ]);
  const { cycle, ofmap } = at(lastLine);
  const totalCycles = cycle + ofmap;
  buffer.finish(totalCycles);

  const moved = sramWords(device, product);
  const sram = (of: keyof Words, { first, last }: { first: number; last: number }): Stream => {
    // A word is delivered the cycle after it is asked for.
    const cycleOf = (line: number) => at(line).cycle + at(line)[of] + (of === 'ofmap' ? 0 : 1);
    return { start: cycleOf(first), stop: cycleOf(last), words: moved[of], bandwidth: moved[of] / totalCycles };
  };
  return {
    totalCycles,
    stallCycles: stalls,
    utilisation: utilisation(device, product, totalCycles),
    sram: {
      ifmap: sram('ifmap', reads.ifmap.active),
      filter: sram('filter', reads.filter.active),
      ofmap: sram('ofmap', written),
    },
    dram: {
      ifmap: offChip(reads.ifmap.dram(at)),
      filter: offChip(reads.filter.dram(at)),
      ofmap: offChip(buffer.drained()),
    },
  };
}

const offChip = (span: Span): Stream => ({ ...span, bandwidth: span.words / (span.stop - span.start + 1) });
