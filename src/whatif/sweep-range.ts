import { AutosplitError } from '../util/error.js';
import { parseQuantity, type Quantity } from '../util/units.js';
import type { SweepRange } from './sweep.js';

/** Kind of value of each parameter; the planner's error has no unit. */
const PARAMETERS: Record<SweepRange['parameter'], Quantity | 'number'> = {
  uplink: 'bitsPerSecond',
  memory: 'bytes',
  error: 'number',
};
const EXAMPLES = 'for example `uplink=0.1..100Mbps`, `memory=256KiB..16MB:20` or `error=0.001..0.1`';
const ACCURACY =
  'sweep the error that the planner sums, as `error=0.001..0.1`: with `measured`, what each of its plans really loses is shown';
const POINTS = 13;
const MAX_POINTS = 200;

/**
 * Parses `uplink=0.1..100Mbps`, `memory=256KiB..16MB:20` or `error=0.001..0.1`: a range with one or two units, and an
 * optional number of points.
 */
export function parseSweep(text: string): SweepRange {
  const refuse = (problem: string, hint = EXAMPLES) =>
    new AutosplitError('USAGE', `sweep ${text}: ${problem}`, { hint });
  const [, parameter, from, to, points] = /^(\w+)=(.+?)\.\.(.+?)(?::([^:]*))?$/.exec(text.trim()) ?? [];
  if (parameter === undefined) throw refuse('this is not a range');
  // The drop is known only for measured plans, so no plan can be searched by it.
  if (/^accuracy(Drop)?$/.test(parameter)) throw refuse('accuracy cannot be swept', ACCURACY);
  if (!isParameter(parameter)) throw refuse(`"${parameter}" cannot be swept, only ${inWords(Object.keys(PARAMETERS))}`);
  const [low, high] = bounds(from, to, PARAMETERS[parameter], refuse);
  if (!(low > 0 && low < high)) throw refuse('the range must run from a value above 0 to a larger one');
  const count = points === undefined ? POINTS : Number(points);
  if (!Number.isInteger(count) || count < 2 || count > MAX_POINTS)
    throw refuse(`points are a whole number from 2 to ${MAX_POINTS}`);
  return { parameter, low, high, count };
}

function bounds(
  from: string,
  to: string,
  quantity: Quantity | 'number',
  refuse: (problem: string, hint?: string) => AutosplitError,
): number[] {
  if (quantity === 'number')
    return [from, to].map((written) => {
      const value = written.trim() === '' ? Number.NaN : Number(written);
      if (!Number.isFinite(value)) throw refuse(`"${written}" is not a number`);
      return value;
    });
  const unit = to.replace(/^[\s\d.]+(?:[eE][+-]?\d+)?/, '');
  return [/[A-Za-z/]+\s*$/.test(from) ? from : `${from}${unit}`, to].map((written) => {
    const parsed = parseQuantity(written, quantity);
    if ('problem' in parsed) throw refuse(parsed.problem, parsed.hint);
    return parsed.value;
  });
}

const inWords = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const isParameter = (text: string): text is SweepRange['parameter'] => Object.hasOwn(PARAMETERS, text);
