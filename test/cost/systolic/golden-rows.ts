import path from 'node:path';
import { shared } from '../../shared.js';
import { readGolden } from './golden.js';

/** What the originals reported; none where `shared` is undefined. */
export const goldenRows = shared
  ? ['golden', 'open'].flatMap((folder) => readGolden(path.join(shared as string, 'scale-sim', folder)))
  : [];
