import type { PlanDocument } from '../documents/plan.js';
import { dollars, joules, number, seconds } from '../util/format.js';

/** How an objective is spoken of. */
export interface ObjectiveWords {
  show: (value: number) => string;
  better: string;
  worse: string;
  best: string;
}

const TIME: ObjectiveWords = { show: seconds, better: 'faster', worse: 'slower', best: 'fastest' };

const WORDS: Record<string, ObjectiveWords> = {
  latency: TIME,
  throughput: TIME,
  energy: { show: joules, better: 'thriftier', worse: 'less thrifty', best: 'thriftiest' },
  cost: { show: dollars, better: 'cheaper', worse: 'dearer', best: 'cheapest' },
  error: { show: number, better: 'more accurate', worse: 'less accurate', best: 'most accurate' },
};

export const objectiveWords = (objective: PlanDocument['objective']): ObjectiveWords =>
  (typeof objective === 'string' ? WORDS[objective] : undefined) ?? {
    show: number,
    better: 'better',
    worse: 'worse',
    best: 'best',
  };
