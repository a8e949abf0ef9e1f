/** Runs models with onnxruntime: sessions, and work on untrusted models in a process of its own. */
