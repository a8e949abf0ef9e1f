import type { CloudTarget, EdgeTarget } from './target.js';

/** Facts of an edge target of autosplit beside its capabilities. */
export interface AboutEdge {
  /** Where the side runs, in the table of docs/targets.md. */
  runsOn: string;
  /** What `edge.mjs` is compiled for. */
  platform: 'node' | 'browser';
  /** True for the target that runs sides with the same `kernels` whose own target does not say how to run them. */
  isReference?: true;
  /** True for a model of a device: its side runs elsewhere, to try the split. */
  isModel?: true;
}

/** Facts of a cloud target of autosplit beside its capabilities. */
export interface AboutCloud {
  runsOn: string;
  /** What the server computes on, as a clause; said where a plan assumes other hardware. */
  computes: string;
  /** True for the target that serves sides whose own target does not say how to serve them. */
  isReference?: true;
}

/** The exports of a folder of src/targets. The default export is the target, as in packages of others. */
export interface BuiltInEdge {
  default: EdgeTarget;
  about: AboutEdge;
}

/** As {@link BuiltInEdge}. */
export interface BuiltInCloud {
  default: CloudTarget;
  about: AboutCloud;
}

export type BuiltIn = BuiltInEdge | BuiltInCloud;
