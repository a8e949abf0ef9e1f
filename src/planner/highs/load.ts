import { createRequire } from 'node:module';
import type { Highs } from 'highs';

/** HiGHS as WebAssembly. Its types describe the CommonJS form of the package, so that is the one taken. */
export const loadHighs = (): Promise<Highs> => (createRequire(import.meta.url)('highs') as () => Promise<Highs>)();
