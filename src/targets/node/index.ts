import { packagesFor } from '../../runtime/codecs/index.js';
import { embedSpec } from '../../runtime/embed.js';
import type { AboutCloud } from '../about.js';
import { ENCODINGS } from '../capabilities.js';
import { packageJson, readme, runtimeCode } from '../shipped.js';
import type { CloudSide } from '../side.js';
import { defineCloudTarget, type TargetFiles } from '../target.js';

/** A Node.js server beside the model. */
const node = defineCloudTarget({
  name: 'node',
  description: 'Node.js server with onnxruntime, Open Inference Protocol v2',
  encodings: ENCODINGS,
  files,
  serve: ['node', 'server.mjs', '--port', '0'],
});
export default node;

export const about: AboutCloud = {
  runsOn: 'Node.js 20.19 or newer, the CPU',
  computes: 'server.mjs computes in fp32 on the CPU of its machine',
  isReference: true,
};

function files({ spec, model }: CloudSide): TargetFiles {
  const packages = ['fastify', 'onnxruntime-node', ...packagesFor(spec.wire)];
  const rows = spec.wire
    .map(({ name, bits, encoding, packedBytes }) => `| \`${name}\` | ${bits} | ${encoding} | ${packedBytes} |`)
    .join('\n');
  return {
    ...model.files,
    'server.mjs': embedSpec(runtimeCode('server.mjs'), spec),
    'package.json': packageJson(`${spec.name}-cloud`, 'server.mjs', packages),
    'README.md': readme('node/README.md', { name: spec.name, tensors: rows }),
  };
}
