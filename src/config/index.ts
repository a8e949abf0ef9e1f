/**
 * From autosplit.config.* and presets to a ResolvedConfig: find, read, interpolate, merge, validate, resolve.
 * load.ts is the way in. Every problem names its file, line and column.
 */
