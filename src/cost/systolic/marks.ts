import type { Picture } from './picture.js';

/** A set of words of a picture that is cheap to empty: a word is in it if its tag is no older than the set. */
export interface Marks {
  tags: Uint16Array;
  age: number;
}

/** Words beyond the edge are always in: nobody asks for them, so that they must count as there. */
const OUTSIDE = 0xffff;

/** An empty set of words of the frame of a picture. */
export function emptyMarks(picture: Picture): Marks {
  const marks = { tags: new Uint16Array(picture.size), age: 1 };
  markOutside(marks.tags, picture);
  return marks;
}

/** Empties a set. */
export function clearMarks(marks: Marks, picture: Picture): void {
  marks.age++;
  if (marks.age < OUTSIDE) return;
  marks.age = 1;
  marks.tags.fill(0);
  markOutside(marks.tags, picture);
}

function markOutside(tags: Uint16Array, { conv, frameWidth, size, isComplete }: Picture): void {
  if (isComplete) return;
  const row = frameWidth * conv.channels;
  const inside = Math.min(frameWidth, conv.inputWidth) * conv.channels;
  const below = Math.min(size, conv.inputHeight * row);
  for (let start = 0; start < below; start += row) tags.fill(OUTSIDE, start + inside, start + row);
  tags.fill(OUTSIDE, below);
}
