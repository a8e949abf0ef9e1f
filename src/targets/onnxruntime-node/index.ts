import { packagesFor } from '../../runtime/codecs/index.js';
import { edgeTypes } from '../../runtime/edge/edge-types.js';
import { embedSpec } from '../../runtime/embed.js';
import type { AboutEdge } from '../about.js';
import { ENCODINGS } from '../capabilities.js';
import { edgeWords } from '../edge-words.js';
import { packageJson, readme, runtimeCode } from '../shipped.js';
import type { EdgeSide } from '../side.js';
import { defineEdgeTarget, type TargetFiles } from '../target.js';

/** A module for Node.js beside the model; weights of fewer than 8 bits are unpacked to int8 when it loads. */
const onnxruntimeNode = defineEdgeTarget({
  name: 'onnxruntime-node',
  description: 'Node.js with onnxruntime: integer kernels, weights unpacked to int8 in memory',
  encodings: ENCODINGS,
  packages: ['onnxruntime-node'],
  files,
  run: { module: 'edge.mjs' },
});
export default onnxruntimeNode;

export const about: AboutEdge = {
  runsOn: 'Node.js 20.19 or newer, the CPU',
  platform: 'node',
  isReference: true,
};

function files(side: EdgeSide): TargetFiles {
  const { spec, model } = side;
  const packages = [...(spec.edge ? ['onnxruntime-node'] : []), ...packagesFor(spec.wire)];
  return {
    ...model?.files,
    'edge.mjs': embedSpec(runtimeCode('edge.mjs'), spec),
    'edge.d.mts': edgeTypes(spec, 'node'),
    'package.json': packageJson(`${spec.name}-edge`, 'edge.mjs', packages),
    'README.md': readme('onnxruntime-node/README.md', edgeWords(side, 'process.env.AUTOSPLIT_TOKEN')),
  };
}
