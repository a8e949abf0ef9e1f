import { expect, test } from 'vitest';

test.skip('is skipped', () => expect(true).toBe(false));
test('runs', () => expect(true).toBe(true));
