import { isImageEncoding } from '../../runtime/codecs/image.js';
import { embedSpec } from '../../runtime/embed.js';
import { packageJson, runtimeCode, template } from '../shipped.js';
import type { CloudSide } from '../side.js';
import { defineCloudTarget, type TargetFiles } from '../target.js';
import { node } from './abilities.js';

/** A Node.js server beside the model. */
export const nodeTarget = defineCloudTarget({ ...node, files, serve: ['node', 'server.mjs', '--port', '0'] });

function files({ spec, model }: CloudSide): TargetFiles {
  const packages = [
    'fastify',
    'onnxruntime-node',
    ...(spec.wire.some((wire) => isImageEncoding(wire.encoding)) ? ['sharp'] : []),
  ];
  const rows = spec.wire
    .map(({ name, bits, encoding, packedBytes }) => `| \`${name}\` | ${bits} | ${encoding} | ${packedBytes} |`)
    .join('\n');
  return {
    ...model.files,
    'server.mjs': embedSpec(runtimeCode('server.mjs'), spec),
    'package.json': packageJson(`${spec.name}-cloud`, 'server.mjs', packages),
    'README.md': template('cloud/README.md', { name: spec.name, tensors: rows }),
  };
}
