import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { prepareChromium } from './browser/chromium.js';
import { buildBundles } from './bundles.js';
import { unreachable } from './plugins/app.js';
import { preparePython } from './python.js';
import type { Tool } from './tool.js';

declare module 'vitest' {
  interface ProvidedContext {
    python: Tool;
    chromium: Tool;
    /** Why packages cannot be installed; empty where they can. */
    noRegistry: string;
    /** What {@link buildBundles} gives. */
    folder: string;
  }
}

/** Once for all files: the tools, which may be missing, and the bundles, which may not. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = buildBundles();
  // One after the other: both may want the lock of apt.
  project.provide('chromium', await prepareChromium());
  project.provide('python', await preparePython());
  project.provide('noRegistry', (await unreachable()) ?? '');
  project.provide('folder', await folder);
  return async () => rm(await folder, { recursive: true, force: true });
}
