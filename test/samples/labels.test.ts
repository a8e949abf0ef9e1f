import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/samples/csv.js';
import { readLabels } from '../../src/samples/labels.js';
import { noShared, shared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { expectError, file } from './support.js';

const read = async (text: string | Uint8Array, names: string[], available?: string[]) =>
  readLabels(await file('labels.csv', text), names, available);

describe('parseCsv', () => {
  it('gives back what was written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', '川', '') });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean(), (rows, end, mark, final) => {
        const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join(end);
        expect(parseCsv((mark ? '\uFEFF' : '') + text + (final ? end : '')).map(({ fields }) => fields)).toEqual(rows);
      }),
    );
  });
  it('counts lines and skips empty ones', () => {
    expect(parseCsv('a,b\n\n"x\ny",1\n\nz,\n')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 3, fields: ['x\ny', '1'] },
      { line: 6, fields: ['z', ''] },
    ]);
  });
});

describe('readLabels', () => {
  it('matches names, paths and base names, in the order of the samples', async () => {
    const text = '\uFEFFfile,label\r\ncat/1.png,"a, b"\r\n./dog/1.png,川X90621\r\ndata/val/cat/2.png,2\r\n3.png,3\r\n';
    expect(await read(text, ['dog/1.png', 'cat/1.png', 'cat/2.png', 'bird/3.png'])).toEqual([
      '川X90621',
      'a, b',
      '2',
      '3',
    ]);
  });
  it('takes columns by their names', async () => {
    expect(await read('id,label,file\n7,yes,a.wav\n', ['a.wav'])).toEqual(['yes']);
  });
  it('takes indices of one stacked array', async () => {
    expect(
      await read('index,label\n0,7\n1,6\n2,5\n', ['x.npz#0', 'x.npz#2'], ['x.npz#0', 'x.npz#1', 'x.npz#2']),
    ).toEqual(['7', '5']);
    expect(await read('file,label\nx.npz#1,6\nx.npz#0,7\n', ['x.npz#0', 'x.npz#1'])).toEqual(['7', '6']);
    await expectError(() => read('index,label\n0,7\n', ['x.npz#0', 'y.npz#0']), 'LABELS_INVALID', /which of 2 files/);
  });
  it('reads the shared sets', unless(noShared), async () => {
    const names = Array.from({ length: 500 }, (_, i) => `kws.npz#${i}`);
    expect((await readLabels(path.join(shared ?? '', 'data/kws/labels.csv'), names)).slice(0, 2)).toEqual(['7', '6']);
  });
  it.each([
    ['a missing label', 'file,label\na.png,1\n', /no label for b\.png, c\.png/],
    [
      'a label without a sample',
      'file,label\na.png,1\nb.png,1\nc.png,1\nd.png,1\n',
      /:5: labels without a sample: d\.png/,
    ],
    ['two labels of one sample', 'file,label\na.png,1\nx/a.png,2\n', /:3: a second label for a\.png/],
    ['another header', 'a.png,1\nb.png,2\n', /the header is "a\.png,1"/],
    ['a short line', 'file,label\na.png\n', /:2: 1 fields/],
    ['an open quote', 'file,label\na.png,"1\n', /:2: a quoted field/],
    ['a stray quote', 'file,label\na.png,1"2\n', /:2: a quote inside/],
    ['an empty file', '', /empty/],
    ['Latin-1', Buffer.from('file,label\na.png,\xe9\n', 'latin1'), /not UTF-8/],
  ])('refuses %s', async (_, text, message) => {
    await expectError(() => read(text, ['a.png', 'b.png', 'c.png']), 'LABELS_INVALID', message);
  });
  it('refuses a base name that two samples have, and a file that is not there', async () => {
    await expectError(
      () => read('file,label\n1.png,1\n', ['a/1.png', 'b/1.png']),
      'LABELS_INVALID',
      /could be a\/1\.png, b\/1\.png/,
    );
    await expectError(() => readLabels('/nowhere/labels.csv', []), 'LABELS_INVALID', /cannot be read/);
  });
});
