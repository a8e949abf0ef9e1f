/** Runs `work` after `milliseconds` without an event. Events during `work` start it once more afterwards. */
export function debounced(work: () => Promise<void>, milliseconds: number): (() => void) & { stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let isWanted = false;
  const start = async () => {
    timer = undefined;
    if (isRunning) {
      isWanted = true;
      return;
    }
    isRunning = true;
    await work();
    isRunning = false;
    if (isWanted) event();
    isWanted = false;
  };
  const stop = () => clearTimeout(timer);
  const event = () => {
    stop();
    timer = setTimeout(start, milliseconds);
  };
  return Object.assign(event, { stop });
}
