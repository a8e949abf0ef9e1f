import { always, type Family } from './family.js';

/** Concatenation: QLinearConcat brings each input to the quantizer of the output. */
export const concat: Family = {
  operators: {
    Concat: {
      role: 'elementwise',
      work: 'elements',
      joins: 'concatenation',
      followers: ['clipping'],
      moves: always,
    },
  },
};
