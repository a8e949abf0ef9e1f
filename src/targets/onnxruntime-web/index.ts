import { codedNames } from '../../runtime/codecs/index.js';
import { edgeTypes } from '../../runtime/edge/edge-types.js';
import { embedSpec } from '../../runtime/embed.js';
import { packageVersion } from '../../util/package.js';
import type { AboutEdge } from '../about.js';
import { edgeWords } from '../edge-words.js';
import { packageJson, readme, runtimeCode } from '../shipped.js';
import type { EdgeSide } from '../side.js';
import { defineEdgeTarget, type TargetFiles } from '../target.js';

/**
 * A module for pages beside the model. WebAssembly is compiled from the kernels that processors run, so the same
 * operators run on integers.
 */
const onnxruntimeWeb = defineEdgeTarget({
  name: 'onnxruntime-web',
  description: 'browsers with onnxruntime-web: integer kernels in WebAssembly, weights unpacked to int8 in a worker',
  encodings: codedNames('page'),
  packages: ['onnxruntime-web'],
  kernels: 'wasm',
  files,
  run: { module: 'edge.mjs' },
});
export default onnxruntimeWeb;

export const about: AboutEdge = { runsOn: 'browsers, WebAssembly or WebGPU', platform: 'browser', isReference: true };

function files(side: EdgeSide): TargetFiles {
  const { spec, model } = side;
  const main = 'edge.mjs';
  const words = { ...edgeWords(side, 'token'), version: packageVersion('onnxruntime-web') };
  return {
    ...model?.files,
    [main]: embedSpec(runtimeCode(spec.edge ? 'web/edge.mjs' : 'web/edge-cloud-only.mjs'), spec),
    ...(spec.edge && { 'unpack-worker.mjs': runtimeCode('web/unpack-worker.mjs') }),
    'edge.d.mts': edgeTypes(spec, 'browser'),
    'package.json': packageJson(`${spec.name}-edge`, main, spec.edge ? ['onnxruntime-web'] : [], {}),
    'README.md': readme(`onnxruntime-web/${spec.edge ? 'README.md' : 'README.cloud-only.md'}`, words),
  };
}
