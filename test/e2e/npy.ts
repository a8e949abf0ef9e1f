/** A .npy file of 32-bit floats or integers, format version 1.0. */
export function npy(shape: readonly number[], values: ArrayLike<number>, type: 'f4' | 'i4' = 'f4'): Buffer {
  const header = `{'descr': '<${type}', 'fortran_order': False, 'shape': (${shape.map((n) => `${n},`).join(' ')}), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const start = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  return Buffer.concat([
    start,
    length,
    Buffer.from(padded, 'latin1'),
    Buffer.from((type === 'f4' ? Float32Array : Int32Array).from(values).buffer),
  ]);
}
