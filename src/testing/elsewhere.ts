const DAYS = 400 * 24 * 3600 * 1000;

/** Runs work as it would run on another day with other random numbers: what hangs on either comes out different. */
export async function elsewhere<T>(work: () => Promise<T>): Promise<T> {
  const now = globalThis.Date;
  const { random } = Math;
  class Later extends now {
    constructor(...time: [] | ConstructorParameters<DateConstructor>) {
      super(...((time.length === 0 ? [now.now() + DAYS] : time) as ConstructorParameters<DateConstructor>));
    }
    static override now = () => now.now() + DAYS;
  }
  globalThis.Date = Later as DateConstructor;
  Math.random = () => 1 - random();
  try {
    return await work();
  } finally {
    globalThis.Date = now;
    Math.random = random;
  }
}
