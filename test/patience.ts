/**
 * Milliseconds after which a test gives up on something that should happen: far more than a machine at ten times its
 * load needs. It ends what hangs, and measures nothing.
 */
export const PATIENCE = 900_000;
