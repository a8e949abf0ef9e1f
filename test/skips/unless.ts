declare module 'vitest' {
  interface TaskMeta {
    /** Why a test or a suite is skipped. */
    skipped?: string;
  }
}

/**
 * Options of a test or a suite that is skipped for a reason, if there is one:
 * `describe('in a browser', unless(noBrowser), () => { ... })`. The end of the run shows the reason.
 */
export const unless = (reason: string | undefined) => ({ skip: reason !== undefined, meta: { skipped: reason } });
