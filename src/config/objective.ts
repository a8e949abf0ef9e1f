import type { AutosplitError } from '../util/error.js';
import { type Located, type LocatedMap, valueAt } from './located.js';
import type { MergedConfig } from './merged.js';
import { writtenKey } from './normalised.js';
import type { ResolvedDevice } from './preset.js';
import { problemAt } from './problem.js';
import type { ResolvedObjective } from './resolved.js';

/** The objective. A sum without a positive weight is a problem. */
export function resolveObjective(
  merged: LocatedMap,
  { objective }: MergedConfig,
  problems: AutosplitError[],
): ResolvedObjective {
  const located = valueAt(merged, ['objective']);
  if (located && typeof objective === 'object' && Object.values(objective).every((weight) => weight === 0))
    problems.push(problemAt(located, '`objective` has no weight above 0'));
  return objective ?? 'latency';
}

/** Adds a problem for each objective or limit on energy or cost for which the devices or the link lack numbers. */
export function refuseUnstated(merged: LocatedMap, devices: ResolvedDevice, problems: AutosplitError[]): void {
  for (const [what, name, missing] of [
    ['energy', 'the energy of an inference', withoutEnergy(devices, writtenKey(merged, 'network'))],
    ['cost', 'the price of an inference', withoutPrice(devices)],
  ] as const) {
    if (missing.length === 0) continue;
    for (const { at, key } of asking(merged, what)) {
      const fields = missing.map(({ field }) => `\`${field}\``).join(', ');
      const hint = missing.map(({ owner, say }) => `${owner} states none: set ${say}`).join('; ');
      problems.push(
        problemAt(at, `\`${key}\` needs ${name}, but ${fields} ${missing.length === 1 ? 'is' : 'are'} not stated`, {
          hint,
        }),
      );
    }
  }
}

/** The places where the config asks for energy or cost. */
function asking(merged: LocatedMap, what: 'energy' | 'cost'): { at: Located; key: string }[] {
  const whole = valueAt(merged, ['objective']);
  const weight = valueAt(merged, ['objective', what]);
  const limit = valueAt(merged, ['constraints', what]);
  return [
    ...(whole?.kind === 'scalar' && whole.value === what ? [{ at: whole, key: `objective: ${what}` }] : []),
    ...(weight?.kind === 'scalar' && weight.value !== 0 ? [{ at: weight, key: `objective.${what}` }] : []),
    ...(limit ? [{ at: limit, key: `constraints.${what}` }] : []),
  ];
}

interface Missing {
  field: string;
  owner: string;
  say: string;
}

function withoutEnergy({ edge, network: link }: ResolvedDevice, linkKey: string): Missing[] {
  const known = edge.power !== undefined || ('energy' in edge && edge.energy?.mac !== undefined);
  const radio = (['transmit', 'receive'] as const).filter((way) => link.energy?.[way] === undefined);
  return [
    ...(known
      ? []
      : [{ field: 'edge.power', owner: `edge ${edge.name}`, say: '`edge.power: { active, idle }` or `edge.energy`' }]),
    ...radio.map((way) => ({
      field: `${linkKey}.energy.${way}`,
      owner: `${linkKey} ${link.name}`,
      say: `\`${linkKey}.energy.${way}\``,
    })),
  ];
}

function withoutPrice({ cloud }: ResolvedDevice): Missing[] {
  return cloud.price === undefined
    ? [{ field: 'cloud.price', owner: `cloud ${cloud.name}`, say: '`cloud.price`' }]
    : [];
}
