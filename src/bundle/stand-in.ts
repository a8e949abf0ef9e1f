import { referenceCloud, referenceEdge } from '../targets/index.js';
import type { CloudSide, EdgeSide } from '../targets/side.js';
import type { EdgeRun, Targets } from '../targets/target.js';
import { filesOfSide } from '../targets/target-files.js';
import type { FileContent } from '../util/files.js';

/** How to run both sides, to verify them. */
export interface SideRuns {
  edge: EdgeRun;
  serve: readonly string[];
  /** Sides whose target does not say how to run them: `files` are run instead. */
  notRun: ('edge' | 'cloud')[];
  /** By path, under `edge/` and `cloud/`. */
  files: Map<string, FileContent>;
}

/**
 * Says how to run both sides. Where a target does not say so, the reference target of autosplit makes a side from the
 * same model, which is run instead.
 */
export async function sideRuns(
  { edge, cloud }: Targets,
  edgeSide: EdgeSide,
  cloudSide: CloudSide | undefined,
): Promise<SideRuns> {
  const edgeStandIn = referenceEdge(edge.kernels);
  const cloudStandIn = referenceCloud();
  const files = new Map<string, FileContent>();
  const add = (folder: string, made: Record<string, FileContent>) => {
    for (const [name, content] of Object.entries(made)) files.set(`${folder}/${name}`, content);
  };
  if (!edge.run) add('edge', await filesOfSide(edgeStandIn, edgeSide));
  const isUnserved = cloudSide !== undefined && !cloud.serve;
  if (isUnserved) add('cloud', await filesOfSide(cloudStandIn, cloudSide));
  return {
    edge: edge.run ?? edgeStandIn.run ?? { module: 'edge.mjs' },
    serve: cloud.serve ?? cloudStandIn.serve ?? [],
    notRun: [...(edge.run ? [] : (['edge'] as const)), ...(isUnserved ? (['cloud'] as const) : [])],
    files,
  };
}
