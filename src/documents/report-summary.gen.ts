// Generated from schemas/report.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * Output of `autosplit report --json` for one build, from the committed bundle.
 */
export interface ReportSummary {
  version: 1;
  build: string;
  /**
   * Folder of the bundle, relative to the working directory.
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
   * With --against: changes since that commit.
   */
  changes?: {
    /**
     * The commit as the command line names it.
     */
    reference: string;
    /**
     * null if the cut is unchanged.
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
     * Number of layers with another side or other weight bits.
     */
    layers: number;
    /**
     * Changes of config, presets, model and samples, a line each.
     */
    inputs: string[];
  };
}
