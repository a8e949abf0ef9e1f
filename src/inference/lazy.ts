import type { Inference } from './session.js';

/** A model that is loaded when it is first run. */
export interface LazyInference extends Pick<Inference, 'run'> {
  /** Nothing happens where it was never loaded. */
  close(): Promise<void>;
}

export function lazyInference(open: () => Promise<Inference>): LazyInference {
  let opened: Promise<Inference> | undefined;
  return {
    async run(feeds, fetches) {
      opened ??= open();
      return (await opened).run(feeds, fetches);
    },
    async close() {
      // A model that could not be loaded is reported by the run that wanted it.
      await opened?.then(
        (inference) => inference.close(),
        () => undefined,
      );
    },
  };
}
