/**
 * Runs HiGHS on a thread of its own, so that the command stays alive meanwhile and can be interrupted. Started by
 * isolated.ts.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { loadHighs } from './load.js';
import type { Program } from './program.js';
import { type RunLimits, runHighs } from './run.js';

const { program, limits } = workerData as { program: Program; limits: RunLimits };
parentPort?.postMessage(runHighs(await loadHighs(), program, limits));
