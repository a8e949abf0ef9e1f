import { readFileSync } from 'node:fs';

const [, documented] = /^(default-src .+)$/m.exec(readFileSync('docs/targets.md', 'utf8')) ?? [];

/** The Content Security Policy that docs/targets.md calls enough, for a page that asks this cloud side. */
export function policyFor(cloud: string): string {
  if (documented === undefined) throw new Error('docs/targets.md states no policy');
  return documented.replace('https://cloud.example', cloud);
}
