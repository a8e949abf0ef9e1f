import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant; undefined if none is close. Ignores case. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let least = Math.min(3, Math.max(1, Math.floor(word.length / 2))) + 1;
  for (const candidate of candidates) {
    const apart = distance(lower, candidate.toLowerCase());
    if (apart < least) [best, least] = [candidate, apart];
  }
  return best;
}

/** Lists what is allowed, after ``did you mean `a`?`` if one candidate is close. */
export function suggestionAmong(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return `${near === undefined ? '' : `did you mean \`${near}\`? `}allowed: ${candidates.join(', ')}`;
}

/** ``did you mean `a`?`` if one candidate is close, else what is allowed. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  return candidates.length > 0 ? `allowed: ${candidates.join(', ')}` : 'nothing is allowed here';
}
