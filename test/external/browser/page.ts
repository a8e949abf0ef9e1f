import type { Browser } from 'playwright-core';
import { newPage } from './launch.js';

/** What a page did with samples. */
export interface PageRun {
  /** By sample: the body that was posted with its headers, and the outputs, in base64. */
  inferences: {
    body: string;
    headers: Record<string, string>;
    outputs: Record<string, string>;
    timings: Record<string, number>;
  }[];
  progress: { stage: string; loaded: number; total: number }[];
  isIsolated: boolean;
  /** How often work was handed to WebGPU. */
  submissions: number;
  /** Scripts that ran in workers. */
  workers: string[];
  /** What the browser reported of the Content Security Policy and on its console. */
  complaints: string[];
}

export interface PageOptions {
  origin: string;
  cloud: string;
  token?: string;
  threads?: number;
  executionProviders?: string[];
  /** Inputs of the network by sample and name. */
  samples: Record<string, Float32Array>[];
}

interface EdgeInPage {
  infer(
    inputs: Record<string, Float32Array>,
  ): Promise<{ outputs: Record<string, ArrayBufferView>; timings: Record<string, number> }>;
  close(): Promise<void>;
}
declare const autosplit: { createEdge(options: object): Promise<EdgeInPage> };

/**
 * Opens the page of {@link file://./site.ts} and runs samples through its edge side and the cloud side behind it.
 * Rejects with `CODE: message`.
 */
export async function runPage(browser: Browser, { origin, samples, ...options }: PageOptions): Promise<PageRun> {
  const page = await newPage(browser);
  const workers: string[] = [];
  const complaints: string[] = [];
  page.on('worker', (worker) => workers.push(worker.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  try {
    await page.goto(origin);
    const encoded = samples.map((sample) =>
      Object.entries(sample).map(([name, { buffer, byteOffset, byteLength }]): [string, string] => [
        name,
        Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
      ]),
    );
    const found = await page.evaluate(run, { ...options, samples: encoded });
    return { ...found, workers, complaints };
  } finally {
    await page.close();
  }
}

/** Runs in the page. */
async function run(options: Omit<PageOptions, 'origin' | 'samples'> & { samples: [string, string][][] }) {
  const toText = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    btoa(new Uint8Array(buffer, byteOffset, byteLength).reduce((text, byte) => text + String.fromCharCode(byte), ''));
  const toFloats = (text: string) =>
    new Float32Array(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
  let submissions = 0;
  const queue = (globalThis as { GPUQueue?: { prototype: { submit(buffers: unknown): void } } }).GPUQueue?.prototype;
  if (queue) {
    const { submit } = queue;
    queue.submit = function (buffers) {
      submissions++;
      submit.call(this, buffers);
    };
  }
  const progress: { stage: string; loaded: number; total: number }[] = [];
  let posted: RequestInit = {};
  const { samples, ...given } = options;
  try {
    const edge = await autosplit.createEdge({
      ...given,
      assets: '/edge',
      wasmPaths: '/ort/',
      onProgress: (event: { stage: string; loaded: number; total: number }) => progress.push(event),
      fetch: (url: URL, init?: RequestInit) => {
        if (init?.method === 'POST') posted = init;
        return fetch(url, init);
      },
    });
    const inferences = [];
    for (const sample of samples) {
      const { outputs, timings } = await edge.infer(
        Object.fromEntries(sample.map(([name, text]) => [name, toFloats(text)])),
      );
      inferences.push({
        body: toText(posted.body as unknown as Uint8Array),
        headers: posted.headers as Record<string, string>,
        outputs: Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, toText(data)])),
        timings,
      });
    }
    await edge.close();
    return {
      inferences,
      progress,
      submissions,
      isIsolated: (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true,
    };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw new Error(`${code}: ${message}`);
  }
}
