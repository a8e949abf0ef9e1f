/** One JSON document on stdout: the document itself for one build, a list for several. */
export function printJson(documents: readonly unknown[]): void {
  process.stdout.write(jsonOf(documents));
}

export const jsonOf = (documents: readonly unknown[]): string =>
  `${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`;

/** Prints a result as text on stdout. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
