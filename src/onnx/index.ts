/** The ONNX file format: graph and layers as data, a reader that loads no weights, a writer, subgraphs. */
