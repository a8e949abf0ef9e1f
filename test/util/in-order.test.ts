import { describe, expect, it } from 'vitest';
import { inOrder } from '../../src/util/in-order.js';

describe('inOrder', () => {
  it('starts an item when the one before is done, and keeps the order', async () => {
    const events: string[] = [];
    const results = await inOrder(new Set(['slow', 'fast']), async (name, index) => {
      events.push(`start ${name}`);
      if (name === 'slow') await new Promise((done) => setTimeout(done, 20));
      events.push(`end ${name}`);
      return `${index} ${name}`;
    });
    expect(results).toEqual(['0 slow', '1 fast']);
    expect(events).toEqual(['start slow', 'end slow', 'start fast', 'end fast']);
  });

  it('ends with the first error', async () => {
    const seen: number[] = [];
    const work = inOrder([1, 2, 3], async (item) => {
      seen.push(item);
      if (item === 2) throw new Error('two');
    });
    await expect(work).rejects.toThrow('two');
    expect(seen).toEqual([1, 2]);
  });
});
