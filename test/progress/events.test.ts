import { expect, test } from 'vitest';
import { type ProgressEvent, reportingStages } from '../../src/progress/events.js';

test('a stage begins, goes on and ends, and gives its result', async () => {
  const events: ProgressEvent[] = [];
  const run = reportingStages('default', (event) => events.push(event));
  expect(
    await run('Count', (progress) => {
      progress('1/2');
      return 7;
    }),
  ).toBe(7);
  expect(events).toEqual([
    { type: 'start', build: 'default', stage: 'Count' },
    { type: 'progress', build: 'default', stage: 'Count', text: '1/2' },
    { type: 'done', build: 'default', stage: 'Count', seconds: expect.any(Number) },
  ]);
});

test('a failure is told, and thrown', async () => {
  const events: ProgressEvent[] = [];
  const run = reportingStages('gateway', (event) => events.push(event));
  const error = new Error('no');
  await expect(run('Fail', () => Promise.reject(error))).rejects.toBe(error);
  expect(events.at(-1)).toEqual({ type: 'failed', build: 'gateway', stage: 'Fail', error });
});

test('what takes longer than 5 s says how long it goes on', async () => {
  const events: ProgressEvent[] = [];
  let time = 0;
  const run = reportingStages(
    'default',
    (event) => events.push(event),
    () => time,
  );
  await run('Count', (progress) => {
    for (let done = 1; done <= 3; done++) {
      time += 4;
      progress(`${done}/3`, { what: 'samples', done, of: 3 });
    }
  });
  const told = events.flatMap((event) => (event.type === 'progress' ? [event.remainingSeconds] : []));
  expect(told).toEqual([undefined, 4, undefined]);
  expect(events.at(-1)).toEqual({ type: 'done', build: 'default', stage: 'Count', seconds: 12 });
});
