import { defineConfig } from 'vitest/config';

/**
 * Generated bundles under tools that are not Node's: Python's onnx, onnxruntime, numpy, and NVIDIA's client. Minutes,
 * not seconds.
 */
export default defineConfig({
  test: {
    include: ['test/external/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    globalSetup: ['test/global-setup.ts', 'test/external/setup.ts'],
  },
});
