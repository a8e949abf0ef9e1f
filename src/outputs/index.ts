/** What the outputs of a network mean (classes, labels, vectors, values, boxes), and how two runs of it are compared. */
