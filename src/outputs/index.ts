/** What the outputs of a model mean (classes, labels, vectors, values, boxes), and how two runs of it are compared. */
