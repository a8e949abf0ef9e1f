/** What is known of a committed bundle without computing anything. */
export type { SplitManifest } from '../bundle/manifest.js';
export { checkBundle, readManifest } from '../freshness/index.js';
