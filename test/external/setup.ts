import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { prepareChromium } from './browser/chromium.js';
import { buildBundles } from './bundles.js';
import { preparePython } from './python.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Interpreter with the packages of requirements.txt; undefined where it cannot be had. */
    python: string | undefined;
    /** Path of a browser; undefined where it cannot be had. */
    chromium: string | undefined;
    /** What {@link buildBundles} gives. */
    folder: string;
  }
}

/** Once for all files: the packages, which may be missing, and the bundles, which may not. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [python, chromium, folder] = await Promise.all([preparePython(), prepareChromium(), buildBundles()]);
  if ('reason' in chromium) console.warn(`\nSKIPPED what needs a browser: ${chromium.reason}\n`);
  project.provide('chromium', 'executable' in chromium ? chromium.executable : undefined);
  if ('reason' in python) console.warn(`\nSKIPPED what needs Python: ${python.reason}\n`);
  project.provide('python', 'executable' in python ? python.executable : undefined);
  project.provide('folder', folder);
  return () => rm(folder, { recursive: true, force: true });
}
