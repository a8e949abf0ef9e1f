import type { CloudTarget, EdgeTarget } from './target.js';

/** What autosplit says of an edge target of its own beside what every target states. */
export interface AboutEdge {
  /** Where the side runs, in the table of docs/targets.md. */
  runsOn: string;
  /** What `edge.mjs` is compiled for. */
  platform: 'node' | 'browser';
  /** Runs, to verify them, sides with the same `kernels` whose target does not say how to run them. */
  isReference?: true;
  /** Models a device: nothing that it writes runs there. */
  isModel?: true;
}

/** What autosplit says of a cloud target of its own beside what every target states. */
export interface AboutCloud {
  runsOn: string;
  /** How the server computes, as a clause: where a plan assumes other hardware, it is told so. */
  computes: string;
  /** As for the edge: serves sides whose target does not say how to serve them. */
  isReference?: true;
}

/** A folder of src/targets: its default export is the target, as targets of others are exported. */
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
