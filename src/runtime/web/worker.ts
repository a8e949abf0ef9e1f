/** What is used of a browser's Worker; the compiler knows Node.js alone. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: ((event: { preventDefault?(): void }) => void) | null;
}

/** What the worker answers: unpacked weights, or why there are none. */
export type Unpacked = { unpacked: Uint8Array } | { error: string };
