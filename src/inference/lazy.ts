import type { Inference } from './session.js';

/** A model that is loaded on its first run. */
export interface LazyInference extends Pick<Inference, 'run'> {
  /** Releases the model if it was loaded. */
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
      // run() reports a model that cannot be loaded.
      await opened?.then(
        (inference) => inference.close(),
        () => undefined,
      );
    },
  };
}
