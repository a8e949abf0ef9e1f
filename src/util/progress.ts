const WIDTH = 20;

/** A bar of what is done, for the title of a running task: `ranges ▰▰▰▱▱ 12/64`. */
export function progressBar(what: string, done: number, of: number): string {
  const filled = of > 0 ? Math.round((WIDTH * done) / of) : WIDTH;
  return `${what ? `${what} ` : ''}${'▰'.repeat(filled)}${'▱'.repeat(WIDTH - filled)} ${done}/${of}`;
}
