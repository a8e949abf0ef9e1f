import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedMap } from '../../src/util/bounded.js';

test('holds what was used last within its limit', () => {
  const map = boundedMap<number>(10, (bytes) => bytes);
  map.set('a', 4);
  map.set('b', 4);
  expect(map.get('a')).toBe(4);
  map.set('c', 4);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([4, undefined, 4]);
  map.set('d', 11);
  expect([map.get('a'), map.get('d')]).toEqual([4, undefined]);
});

test('is never larger than its limit, and gives what was set last', () => {
  const steps = fc.array(
    fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), size: fc.integer({ min: 1, max: 12 }) }),
  );
  fc.assert(
    fc.property(steps, (list) => {
      const map = boundedMap<number>(20, (bytes) => bytes);
      const last = new Map<string, number>();
      for (const { key, size } of list) {
        map.set(key, size);
        last.set(key, size);
        const held = [...last].flatMap(([name]) => map.get(name) ?? []);
        expect(held.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(20);
        for (const [name, value] of last) expect([value, undefined]).toContain(map.get(name));
      }
    }),
  );
});
