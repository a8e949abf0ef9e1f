import { expect, test } from 'vitest';
import { requirePackages } from '../../src/verify/packages.js';

const missing = (name: string) => {
  throw new Error(`Cannot find module ${name}`);
};

test('a target whose package is missing says how to install it, at the version that bundles name', () => {
  expect(() => requirePackages('onnxruntime-web', missing)).toThrow(
    expect.objectContaining({
      code: 'TARGET_INVALID',
      exitCode: 2,
      message: 'the target onnxruntime-web runs on the package onnxruntime-web, which is not installed',
      hint: 'npm install --save-dev onnxruntime-web@1.30',
    }),
  );
});

test('what is installed is found', () => {
  expect(() => requirePackages('onnxruntime-node')).not.toThrow();
  expect(() => requirePackages('onnxruntime-web')).not.toThrow();
});
