/**
 * What --json, manifests and reports show, as plain objects (schemas/). Pure functions of what was found: nothing is
 * planned or measured here.
 */
