// Generated from schemas/report.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * What `autosplit report --json` prints for one build, out of the committed bundle.
 */
export interface ReportSummary {
  version: 1;
  build: string;
  /**
   * Folder of the bundle, relative to where autosplit was started.
   */
  output: string;
  /**
   * As in the manifest (manifest.schema.json).
   */
  plan: {};
  /**
   * As in the manifest.
   */
  verification?: {};
  /**
   * With --against: what is different since that commit.
   */
  changes?: {
    /**
     * The commit as the command line names it.
     */
    reference: string;
    /**
     * null where the cut is the same.
     */
    cut: null | {
      before: string;
      after: string;
    };
    figures: {
      name: string;
      unit: 'seconds' | 'bytes' | 'bits' | 'share' | 'joules' | 'dollars' | 'none';
      before: number | null;
      after: number | null;
    }[];
    /**
     * Layers on another side or with other weight bits.
     */
    layers: number;
    /**
     * Config, presets, model and samples, a line each.
     */
    inputs: string[];
  };
}
