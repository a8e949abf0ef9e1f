/** Scores of outputs against labels, of one sample or of a whole set. */
