import { describe, test } from 'vitest';
import { CLOUD_TARGETS, EDGE_TARGETS, referenceCloud, referenceEdge } from '../../src/targets/index.js';
import { targetSuite } from '../../src/testing/index.js';
import { isThorough } from '../thorough.js';

const targets = isThorough ? [...EDGE_TARGETS, ...CLOUD_TARGETS] : [referenceEdge('native'), referenceCloud()];

describe.each(targets)('$name', (target) => {
  targetSuite(target, { test });
});
