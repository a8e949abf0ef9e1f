import { autosplit } from '../index.js';

export type { PluginOptions } from '../index.js';

export default autosplit.rollup;
