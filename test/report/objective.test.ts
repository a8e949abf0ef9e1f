import { expect, test } from 'vitest';
import { objectiveWords } from '../../src/report/objective.js';

test.each([
  ['latency', 'no plan can be faster', 'it is slower', '20.0 ms slower'],
  ['throughput', 'no plan can be faster', 'it is slower', '20.0 ms slower'],
  ['energy', 'no plan can use less energy', 'it uses more energy', '20.0 mJ more'],
  ['cost', 'no plan can cost less', 'it costs more', '0.02 USD more'],
  ['error', 'no plan can have less error', 'it has more error', '0.02 more'],
] as const)('%s reads as a sentence', (objective, bound, worse, amount) => {
  const words = objectiveWords(objective);
  expect(`no plan can ${words.improve}`).toBe(bound);
  expect(`it ${words.worse}`).toBe(worse);
  expect(`${words.show(0.02)} ${words.more}`).toBe(amount);
});

test('a weighted sum has general words', () => {
  expect(objectiveWords({ latency: 1, energy: 2 })).toMatchObject({ improve: 'be better', best: 'best' });
});
