import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { debounced } from '../../src/plugin/debounced.js';

test('many events are one run, and those during a run one more', async () => {
  let [runs, running, together] = [0, 0, 0];
  let end: () => void = () => {};
  const event = debounced(async () => {
    runs++;
    together = Math.max(together, ++running);
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    running--;
  }, 5);
  for (let i = 0; i < 10; i++) event();
  await wait(50);
  expect(runs).toBe(1);
  for (let i = 0; i < 10; i++) event();
  await wait(50);
  expect(runs).toBe(1);
  end();
  await wait(50);
  expect({ runs, together }).toEqual({ runs: 2, together: 1 });
  end();
  event();
  event.stop();
  await wait(50);
  expect(runs).toBe(2);
});
