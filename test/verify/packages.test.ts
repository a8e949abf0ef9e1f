import path from 'node:path';
import { expect, test } from 'vitest';
import onnxruntimeNode from '../../src/targets/onnxruntime-node/index.js';
import onnxruntimeWeb from '../../src/targets/onnxruntime-web/index.js';
import { requirePackages } from '../../src/verify/packages.js';
import { temporaryFolder } from '../util/temporary.js';

const root = path.resolve('.');
const missing = (name: string) => {
  throw new Error(`Cannot find module ${name}`);
};

test('a target whose package is missing says how to install it, at the version that bundles name', () => {
  expect(() => requirePackages(onnxruntimeWeb, root, missing)).toThrow(
    expect.objectContaining({
      code: 'TARGET_INVALID',
      exitCode: 2,
      message: 'the target onnxruntime-web runs on the package onnxruntime-web, which is not installed',
      hint: 'npm install --save-dev onnxruntime-web@1.30',
    }),
  );
});

test('what is installed is found', () => {
  expect(() => requirePackages(onnxruntimeNode, root)).not.toThrow();
  expect(() => requirePackages(onnxruntimeWeb, root)).not.toThrow();
});

test('a package of the project that autosplit does not know is looked for there, and asked for without a version', () => {
  const folder = temporaryFolder({
    'node_modules/simulator/package.json':
      '{ "name": "simulator", "version": "1.0.0", "exports": { "import": "./index.js" } }',
  });
  const needing = (...packages: string[]) => ({ name: 'board', packages });
  expect(() => requirePackages(needing('simulator'), folder)).not.toThrow();
  expect(() => requirePackages(needing('simulator', 'flasher'), folder)).toThrow(
    expect.objectContaining({
      message: 'the target board runs on the package flasher, which is not installed',
      hint: 'npm install --save-dev flasher',
    }),
  );
});
