import { readFileSync, writeFileSync } from 'node:fs';

/** Puts lines between `<!-- bench NAME -->` and `<!-- /bench NAME -->` of a document. */
export function writeDocs(file: string, name: string, lines: readonly string[]): void {
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- /bench ${name} -->`];
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for ${name}`);
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n${lines.join('\n')}\n${text.slice(to)}`);
}

/** The rows of the table that a document has between the marks of `name`, as cells. */
export function rowsInDocs(file: string, name: string): string[][] {
  const [, table = ''] = readFileSync(file, 'utf8').split(`<!-- bench ${name} -->`);
  const [, , ...lines] = table.split(`<!-- /bench ${name} -->`)[0].trim().split('\n');
  return lines.map((line) => line.replace(/^\| | \|$/g, '').split(' | '));
}

/** A table in Markdown. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}
