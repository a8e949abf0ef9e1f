import { ProtocolError } from '../errors.js';

/** Runs at most `parallel` tasks at a time; a task that finds `waiting` others before it is refused with 503. */
export function createQueue(parallel: number, waiting: number): <T>(task: () => Promise<T>) => Promise<T> {
  let active = 0;
  const queue: (() => void)[] = [];

  return async (task) => {
    if (active >= parallel) {
      if (queue.length >= waiting) throw new ProtocolError(503, 'too many requests are waiting; try again');
      // The slot passes on to the next task, so `active` stays.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else active++;
    try {
      return await task();
    } finally {
      const next = queue.shift();
      if (next === undefined) active--;
      else next();
    }
  };
}
