import { describe, test } from 'vitest';
import { CLOUD_TARGETS, EDGE_TARGETS } from '../../src/targets/index.js';
import { targetSuite } from '../../src/testing/index.js';

describe.each([...EDGE_TARGETS, ...CLOUD_TARGETS])('$name', (target) => {
  targetSuite(target, { test });
});
