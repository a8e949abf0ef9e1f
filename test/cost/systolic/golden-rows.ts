import path from 'node:path';
import { shared } from '../../shared.js';
import { readGolden } from './golden.js';

/** What the originals reported; none where ../shared is missing. */
export const goldenRows = shared ? readGolden(path.join(shared, 'scale-sim/golden')) : [];
