/**
 * Metric of the licence-plate example: does the whole plate read right?
 *
 * @module
 */

/** The characters, in the order of the network's classes: A to Z without I and O, then the digits. */
export const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';

/** The class after the characters is the CTC blank: "no new character in this column". */
export const BLANK = ALPHABET.length;

/**
 * One output of the network, for one sample.
 *
 * @typedef {object} Tensor
 * @property {ArrayLike<number>} data - the values, in row-major order
 * @property {readonly number[]} dims - the shape; for `logits` it is 1 x classes x columns
 */

/**
 * Reads a plate from the network's outputs: greedy CTC, that is the best class of each column, with repeats merged and
 * blanks dropped.
 *
 * @param {Record<string, Tensor>} outputs - the outputs by name, of one sample; only `logits` is used
 * @returns {string} the text, empty when no column holds a character
 */
export function decode(outputs) {
  const { data, dims } = outputs.logits;
  const [, classes, columns] = dims;
  let text = '';
  let previous = BLANK;
  for (let column = 0; column < columns; column++) {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (data[c * columns + column] > data[best * columns + column]) best = c;
    }
    if (best !== previous && best !== BLANK) text += ALPHABET[best];
    previous = best;
  }
  return text;
}

/**
 * Scores one sample.
 *
 * @param {Record<string, Tensor>} outputs - the outputs by name, of one sample
 * @param {string} label - the plate's text
 * @returns {number} 1 when every character is right, else 0
 */
export default function exactMatch(outputs, label) {
  return decode(outputs) === label ? 1 : 0;
}
