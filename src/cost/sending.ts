/** A rate over time: `rates[i]` bits per second from `starts[i]` on. It repeats after `duration`. */
export interface Rates {
  /** Seconds, ascending from 0. */
  starts: readonly number[];
  rates: readonly number[];
  duration: number;
}

/**
 * A part of the distribution of sending times: for `weight` seconds of start moments, sending takes times spread evenly
 * from `low` to `high` seconds.
 */
export interface Piece {
  weight: number;
  low: number;
  high: number;
}

/**
 * Distribution of the seconds that it takes to send `bits` (> 0), over all start moments. The time is piecewise linear
 * in the start moment: pieces end where sending begins or ends on a step of the rate, and may jump where the rate is 0.
 */
export function sendingPieces({ starts, rates, duration }: Rates, bits: number): Piece[] {
  const ends = [...starts, duration];
  const sent = [0];
  rates.forEach((rate, i) => {
    sent.push(sent[i] + rate * (ends[i + 1] - ends[i]));
  });
  const perLap = sent[sent.length - 1];
  const laps = Math.floor(bits / perLap);
  const rest = bits - laps * perLap;
  /** Bits sent between the start of the trace and a moment within it. */
  const sentAt = (moment: number): number => {
    const i = firstAbove(ends, moment) - 1;
    return sent[i] + rates[i] * (moment - ends[i]);
  };
  /** First moment at which so many bits have been sent, within two repetitions. */
  const momentOf = (wanted: number): number => {
    const lap = wanted > perLap ? 1 : 0;
    const within = wanted - lap * perLap;
    const i = firstAtLeast(sent, within);
    return lap * duration + (i === 0 ? 0 : ends[i - 1] + (within - sent[i - 1]) / rates[i - 1]);
  };
  const onStep = sent.map((total) => momentOf(total >= rest ? total - rest : total - rest + perLap));
  const breaks = [...new Set([...ends, ...onStep])].sort((a, b) => a - b);
  return breaks.slice(1).map((to, i): Piece => {
    const weight = to - breaks[i];
    const takes = (moment: number) => laps * duration + momentOf(sentAt(moment) + rest) - moment;
    // Two moments inside determine the line.
    const [third, twoThirds] = [takes(breaks[i] + weight / 3), takes(breaks[i] + (2 * weight) / 3)];
    const [first, last] = [2 * third - twoThirds, 2 * twoThirds - third];
    return { weight, low: Math.min(first, last), high: Math.max(first, last) };
  });
}

/** Index of the first of ascending values that is at least `value`. */
const firstAtLeast = (values: readonly number[], value: number): number => first(values, (each) => each >= value);

/** Index of the first of ascending values that is above `value`. */
const firstAbove = (values: readonly number[], value: number): number => first(values, (each) => each > value);

/**
 * Index of the first value for which `holds`, by bisection (it holds for all later values); the last index where it
 * never does.
 */
function first(values: readonly number[], holds: (value: number) => boolean): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(values[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
