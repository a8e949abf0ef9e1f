/** Words of a hundredth of a buffer. SCALE-Sim v2, "CALC mode". */
export const partWords = (words: number) => Math.floor(words / 100);

/** Words that the working half of a double buffer holds. SCALE-Sim v2, "CALC mode". */
export const workingWords = (words: number) => 50 * partWords(words);
