import type { PlanDocument } from '../documents/plan.js';
import { dollars, joules, number, seconds } from '../util/format.js';

/** Words for values of an objective. */
export interface ObjectiveWords {
  show: (value: number) => string;
  /** After `no plan can`: `be faster`. */
  improve: string;
  /** After `no plan`: `is faster`. */
  better: string;
  /** After `it`: `is slower`. */
  worse: string;
  /** Before `plan`: `fastest`. */
  best: string;
  /** After an amount: `3 ms slower`, `3 mJ more`. */
  more: string;
  less: string;
}

const TIME: ObjectiveWords = {
  show: seconds,
  improve: 'be faster',
  better: 'is faster',
  worse: 'is slower',
  best: 'fastest',
  more: 'slower',
  less: 'faster',
};

const AMOUNT = { more: 'more', less: 'less' };

const WORDS: Record<string, ObjectiveWords> = {
  latency: TIME,
  throughput: TIME,
  energy: {
    show: joules,
    improve: 'use less energy',
    better: 'uses less energy',
    worse: 'uses more energy',
    best: 'lowest-energy',
    ...AMOUNT,
  },
  cost: {
    show: dollars,
    improve: 'cost less',
    better: 'costs less',
    worse: 'costs more',
    best: 'cheapest',
    ...AMOUNT,
  },
  error: {
    show: number,
    improve: 'have less error',
    better: 'has less error',
    worse: 'has more error',
    best: 'lowest-error',
    ...AMOUNT,
  },
};

const SUM: ObjectiveWords = {
  show: number,
  improve: 'be better',
  better: 'is better',
  worse: 'is worse',
  best: 'best',
  more: 'worse',
  less: 'better',
};

/** The words for an objective; those of a weighted sum are general. */
export const objectiveWords = (objective: PlanDocument['objective']): ObjectiveWords =>
  (typeof objective === 'string' ? WORDS[objective] : undefined) ?? SUM;
