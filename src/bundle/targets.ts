import { importDefault } from '../config/module.js';
import type { ResolvedConfig, TargetModule } from '../config/resolved.js';
import { definitionProblems } from '../targets/check-target.js';
import { BUILT_IN, CLOUD_TARGETS, EDGE_TARGETS } from '../targets/index.js';
import {
  type CloudTarget,
  defineCloudTarget,
  defineEdgeTarget,
  type EdgeTarget,
  type Targets,
} from '../targets/target.js';
import { AutosplitError } from '../util/error.js';

type Named = Pick<ResolvedConfig['edge'], 'target' | 'targetModule'>;
type Configured = { edge: Named; cloud: Named };

/**
 * Finds the targets of a config: those of autosplit, or the exports of the modules that it names, which are imported
 * and checked.
 * @throws AutosplitError TARGET_INVALID at the place of the config that names the target
 */
export async function targetsOf({ edge, cloud }: Configured): Promise<Targets> {
  return { edge: await edgeTarget(edge), cloud: await cloudTarget(cloud) };
}

async function edgeTarget({ target, targetModule }: Named): Promise<EdgeTarget> {
  if (targetModule) return defineEdgeTarget((await definitionOf('edge', target, targetModule)) as EdgeTarget);
  return found(EDGE_TARGETS, target);
}

async function cloudTarget({ target, targetModule }: Named): Promise<CloudTarget> {
  if (targetModule) return defineCloudTarget((await definitionOf('cloud', target, targetModule)) as CloudTarget);
  return found(CLOUD_TARGETS, target);
}

function found<T extends { name: string }>(targets: readonly T[], name: string): T {
  const target = targets.find((candidate) => candidate.name === name);
  if (!target) throw new Error(`the config names ${name}, which is no target of autosplit`);
  return target;
}

/** The target of one side in the default export of a module: a target, or `{ edge, cloud }` with one of each. */
async function definitionOf(
  side: 'edge' | 'cloud',
  name: string,
  { specifier, from, location }: TargetModule,
): Promise<unknown> {
  const define = side === 'edge' ? 'defineEdgeTarget' : 'defineCloudTarget';
  const refuse = (message: string, cause?: unknown) =>
    new AutosplitError('TARGET_INVALID', `\`${side}.target\`: ${message}`, {
      hint: `its default export must be what \`${define}\` gives, or { edge, cloud } with one of each; see docs/extending.md`,
      location,
      cause,
    });
  const exported = await importDefault(specifier, from).catch((cause: unknown) => {
    throw refuse(`${name} cannot be loaded: ${cause instanceof Error ? cause.message : cause}`, cause);
  });
  if (!isRecord(exported)) throw refuse(`${name} has no target as its default export`);
  const definition = 'side' in exported ? exported : exported[side];
  if (!isRecord(definition) || (definition.side !== 'edge' && definition.side !== 'cloud'))
    throw refuse(`${name} has no ${side} target`);
  if (definition.side !== side) throw refuse(`${name} is a target of the ${definition.side} side`);
  const problems = definitionProblems(side, definition);
  if (problems.length > 0) throw refuse(`${name}: ${problems.join('; ')}`);
  const taken = [...BUILT_IN.edge, ...BUILT_IN.cloud].find((other) => other === definition.name);
  if (taken !== undefined) throw refuse(`${name} calls itself ${taken}, which is a target of autosplit`);
  return definition;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
