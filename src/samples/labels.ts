import { readFile } from 'node:fs/promises';
import { AutosplitError } from '../util/error.js';
import { CsvError, parseCsv } from './csv.js';

/** How many names a message lists before it says "and N more". */
const LISTED = 5;

/**
 * Labels of the samples `names`, in their order, from a CSV with the header `file,label`, or `index,label` for the
 * samples of one stacked array. A file is matched by its name as the samples have it, by a longer path that ends in
 * that name, or by its base name where only one sample has it. `available` are all samples that were found: a label of
 * one that is not used is no error. Throws LABELS_INVALID, naming what is missing, left over, double or unreadable.
 */
export async function readLabels(
  csv: string,
  names: readonly string[],
  available: readonly string[] = names,
): Promise<string[]> {
  const { header, rows } = await readTable(csv);
  const key = header.includes('file') ? 'file' : 'index';
  const [keyColumn, labelColumn] = [header.indexOf(key), header.indexOf('label')];
  if (keyColumn < 0 || labelColumn < 0)
    throw invalid(
      csv,
      `the header is "${header.join(',')}"`,
      1,
      'the first line must be `file,label` or `index,label`',
    );
  const find = key === 'file' ? fileFinder(available) : indexFinder(csv, available);
  const labels = new Map<string, string>();
  const unknown: { field: string; line: number }[] = [];
  for (const { fields, line } of rows) {
    if (fields.length !== header.length)
      throw invalid(csv, `${fields.length} fields where the header has ${header.length}`, line);
    const field = fields[keyColumn];
    const found = find(field);
    if (found.length > 1)
      throw invalid(csv, `"${field}" could be ${listed(found)}`, line, 'write the path, not the base name alone');
    const [name] = found;
    if (name === undefined) unknown.push({ field, line });
    else if (labels.has(name)) throw invalid(csv, `a second label for ${name}`, line);
    else labels.set(name, fields[labelColumn]);
  }
  const missing = names.filter((name) => !labels.has(name));
  if (missing.length > 0) throw invalid(csv, `no label for ${listed(missing)}`);
  if (unknown.length > 0)
    throw invalid(csv, `labels without a sample: ${listed(unknown.map(({ field }) => field))}`, unknown[0].line);
  return names.map((name) => labels.get(name) ?? '');
}

async function readTable(csv: string) {
  const bytes = await readFile(csv).catch((cause: unknown) => {
    throw new AutosplitError('LABELS_INVALID', `${csv} cannot be read`, { location: { file: csv }, cause });
  });
  try {
    const [header, ...rows] = parseCsv(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (header) return { header: header.fields.map((field) => field.trim().toLowerCase()), rows };
  } catch (cause) {
    if (cause instanceof CsvError) throw invalid(csv, cause.message, cause.line);
    throw invalid(csv, 'not UTF-8 text', undefined, 'save the file as UTF-8');
  }
  throw invalid(csv, 'the file is empty', undefined, 'the first line must be `file,label` or `index,label`');
}

/** Samples that a `file` field may mean. */
function fileFinder(available: readonly string[]): (field: string) => readonly string[] {
  const whole = new Set(available);
  const byBase = new Map<string, string[]>();
  for (const name of available) {
    const base = baseName(name);
    byBase.set(base, [...(byBase.get(base) ?? []), name]);
  }
  return (field) => {
    const wanted = field.trim().replaceAll('\\', '/').replace(/^\.\//, '');
    if (whole.has(wanted)) return [wanted];
    const alike = byBase.get(baseName(wanted)) ?? [];
    // Two paths name the same file if the longer path ends with the shorter one.
    return alike.filter((name) => `/${wanted}`.endsWith(`/${name}`) || `/${name}`.endsWith(`/${wanted}`));
  };
}

function indexFinder(csv: string, available: readonly string[]): (field: string) => readonly string[] {
  const files = new Set(available.map((name) => name.replace(/#\d+$/, '')));
  if (files.size !== 1)
    throw invalid(
      csv,
      `an index does not say which of ${files.size} files it means`,
      1,
      'write `file,label` with names such as data.npy#3',
    );
  const names = new Set(available);
  const [file] = files;
  return (field) => {
    const name = `${file}#${field.trim()}`;
    return names.has(name) ? [name] : [];
  };
}

const baseName = (name: string) => name.slice(name.lastIndexOf('/') + 1);

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ');
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown;
}

function invalid(csv: string, message: string, line?: number, hint?: string): AutosplitError {
  const where = line === undefined ? csv : `${csv}:${line}`;
  return new AutosplitError('LABELS_INVALID', `${where}: ${message}`, {
    location: { file: csv, ...(line !== undefined && { line }) },
    ...(hint && { hint }),
  });
}
