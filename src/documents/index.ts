/**
 * The plain objects that --json, manifests and reports show; schemas/ describes them. Results are only put into shape
 * here: nothing is planned or measured.
 */
