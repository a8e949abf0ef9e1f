/**
 * Lines of a shell and blocks that this test does not run, and where they are run instead, or why nowhere. Nothing else
 * is left out.
 */
export interface Elsewhere {
  /** Matches the beginning of a line, or of a block. */
  text: RegExp;
  why: string;
}

export const LINES: readonly Elsewhere[] = [
  { text: /^npm ci && npm (start|test)/, why: 'is of this repository: .ci/run does the same' },
  {
    text: /^npm (ci|install)\b/,
    why: 'asks a registry: scripts/try-readme.mjs and test/external/docs.test.ts run them',
  },
  { text: /^npm start --prefix examples\/browser/, why: 'needs a browser: test/external/browser/demo.test.ts runs it' },
  { text: /^npm run bench -- edge/, why: 'measures for minutes: test/e2e/benches.test.ts runs it with --smoke' },
  {
    text: /^npx autosplit profile -o \S+/,
    why: 'measures for minutes: test/e2e/profile.test.ts measures one network instead',
  },
  {
    text: /^(apt-get|python3|OMP_NUM_THREADS=1 python3) /,
    why: 'made and trained the network of the example, for hours',
  },
];

export const BLOCKS: readonly Elsewhere[] = [
  {
    text: /^(\/\/ autosplit-target-|\{\n {2}"name": "autosplit-target-)/,
    why: 'of a package with a target: test/e2e/targets.test.ts builds with it',
  },
  {
    text: /^(\/\/|#) [\w./-]+\.(m?js|yaml)\n/,
    why: 'a file of a project with a bundler: test/external/plugins builds it',
  },
  { text: /onProgress: \(\{ stage, loaded, total \}\)/, why: 'needs a browser: test/external/docs.test.ts runs it' },
  { text: /^default-src /, why: 'is of a page: test/external/browser/policy.ts gives it to those that tests open' },
  { text: /^server \{/, why: 'needs nginx and a certificate' },
];

export const elsewhere = (list: readonly Elsewhere[], text: string): Elsewhere | undefined =>
  list.find((one) => one.text.test(text));
