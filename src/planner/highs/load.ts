import { createRequire } from 'node:module';
import type { Highs } from 'highs';

/** HiGHS as WebAssembly, in its CommonJS form, which its types describe. */
export const loadHighs = (): Promise<Highs> => (createRequire(import.meta.url)('highs') as () => Promise<Highs>)();
