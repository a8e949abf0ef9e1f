import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Tests that start processes run the compiled runtime. Quick where dist/ is up to date. */
export default function setup(): void {
  const script = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url));
  try {
    execFileSync(process.execPath, [script, '--no-types'], { stdio: ['ignore', 'inherit', 'inherit'] });
  } catch {
    // The tests that need what did not build fail on their own; the others still tell something.
    console.warn('dist/ could not be built completely');
  }
}
