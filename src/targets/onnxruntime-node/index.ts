import { isImageEncoding } from '../../runtime/codecs/image.js';
import { edgeTypes } from '../../runtime/edge/edge-types.js';
import { embedSpec } from '../../runtime/embed.js';
import { edgeWords } from '../edge-words.js';
import { packageJson, runtimeCode, template } from '../shipped.js';
import type { EdgeSide } from '../side.js';
import { defineEdgeTarget, type TargetFiles } from '../target.js';
import { onnxruntimeNode } from './abilities.js';

/** A module for Node.js beside the model. */
export const onnxruntimeNodeTarget = defineEdgeTarget({ ...onnxruntimeNode, files, run: { module: 'edge.mjs' } });

function files(side: EdgeSide): TargetFiles {
  const { spec, model } = side;
  const packages = [
    ...(spec.edge ? ['onnxruntime-node'] : []),
    ...(spec.wire.some((wire) => isImageEncoding(wire.encoding)) ? ['sharp'] : []),
  ];
  return {
    ...model?.files,
    'edge.mjs': embedSpec(runtimeCode('edge.mjs'), spec),
    'edge.d.mts': edgeTypes(spec, 'node'),
    'package.json': packageJson(`${spec.name}-edge`, 'edge.mjs', packages),
    'README.md': template('edge/README.md', edgeWords(side, 'process.env.AUTOSPLIT_TOKEN')),
  };
}
