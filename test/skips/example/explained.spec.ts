import { describe, expect, test } from 'vitest';
import { unless } from '../unless.js';

describe('a suite', unless('of a suite'), () => {
  test('is skipped', () => expect(true).toBe(false));
});
test('is skipped', unless('of a test'), () => expect(true).toBe(false));
test('is skipped while it runs', ({ skip }) => skip('told while it ran'));
test('runs', () => expect(true).toBe(true));
