import { edgeTypes } from '../../runtime/edge/edge-types.js';
import { embedSpec } from '../../runtime/embed.js';
import { packageVersion } from '../../util/package.js';
import { edgeWords } from '../edge-words.js';
import { packageJson, runtimeCode, template } from '../shipped.js';
import type { EdgeSide } from '../side.js';
import { defineEdgeTarget, type TargetFiles } from '../target.js';
import { onnxruntimeWeb } from './abilities.js';

/** A module for pages beside the model. */
export const onnxruntimeWebTarget = defineEdgeTarget({ ...onnxruntimeWeb, files, run: { module: 'edge.mjs' } });

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
    'README.md': template(spec.edge ? 'edge-web/README.md' : 'edge-web/README.cloud-only.md', words),
  };
}
