/** Runs models with onnxruntime: sessions in this process (session.ts), and untrusted models in a child process
 * (isolated.ts). */
