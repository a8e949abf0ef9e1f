/** What cli/ and plugin/ read of a committed bundle. */
export type { SplitManifest } from '../bundle/manifest.js';
export { checkBundle, readManifest } from '../freshness/index.js';
