import { readFileSync } from 'node:fs';
import os from 'node:os';
import { execa, type ResultPromise } from 'execa';
import { AutosplitError, type ErrorCode } from '../util/error.js';
import { compiledModule } from '../util/package.js';
import { shortMessage } from './message.js';
import type { Reply, TaskArguments, TaskResults } from './tasks.js';

export interface IsolatedOptions {
  /** @default 120 */
  timeoutSeconds?: number;
  /**
   * Resident bytes above which the process is killed (Linux only). @default 80 % of the machine's memory
   */
  memoryBytes?: number;
  /** Code of the error if onnxruntime reports one. @default INFERENCE_FAILED */
  refusal?: ErrorCode;
  /** Hint of that error. */
  hint?: string;
  /** The task in messages. @default the name of the task */
  doing?: string;
}

const DEFAULT_TIMEOUT_SECONDS = 120;
const WATCH_MILLISECONDS = 100;

/**
 * Runs a task of worker.ts in a child process, so that a hang, a crash or exhausted memory in onnxruntime becomes an
 * error.
 * @throws AutosplitError INFERENCE_FAILED, or `refusal` with the message of onnxruntime
 */
export async function runIsolated<Name extends keyof TaskArguments>(
  task: Name,
  args: TaskArguments[Name],
  options: IsolatedOptions = {},
): Promise<TaskResults[Name]> {
  const {
    timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
    memoryBytes = usableMemory(),
    refusal = 'INFERENCE_FAILED',
    hint,
    doing = task,
  } = options;
  const failed = (reason: string, hint?: string) =>
    new AutosplitError('INFERENCE_FAILED', `${doing} failed: ${reason}`, hint ? { hint } : {});
  const child = execa(process.execPath, [compiledModule('inference-worker.js')], {
    ipcInput: { task, args },
    env: { ORT_DISABLE_TELEMETRY: process.env.ORT_DISABLE_TELEMETRY ?? '1' },
    serialization: 'json',
    stdin: 'ignore',
    stdout: 'ignore',
    maxBuffer: 1 << 20,
    timeout: timeoutSeconds * 1000,
    killSignal: 'SIGKILL',
    reject: false,
  });
  const watch = watchMemory(child, memoryBytes);
  const result = await child;
  clearInterval(watch.timer);

  const [reply] = (result.ipcOutput ?? []) as unknown as Reply[];
  if (reply?.ok) return reply.result as TaskResults[Name];
  if (reply)
    throw new AutosplitError(
      refusal,
      `${doing} failed, onnxruntime says: ${shortMessage(reply.message)}`,
      hint ? { hint } : {},
    );
  if (watch.exceeded()) throw failed(`it used more than ${Math.round(memoryBytes / 2 ** 20)} MiB of memory`);
  if (result.timedOut)
    throw failed(`it did not end within ${timeoutSeconds} s`, 'does the model contain an endless loop?');
  const how = result.signal
    ? `onnxruntime crashed (${result.signal})`
    : `the process ended with code ${result.exitCode}`;
  throw failed(
    `${how}${typeof result.stderr === 'string' && result.stderr !== '' ? `: ${shortMessage(result.stderr)}` : ''}`,
  );
}

/** 80 % of the memory of the machine, or of the container if that is less. */
function usableMemory(): number {
  const constrained = process.constrainedMemory();
  return 0.8 * (constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem());
}

/** Kills the child if it exceeds `limit`, before the operating system kills another process. */
function watchMemory(child: ResultPromise, limit: number): { timer: NodeJS.Timeout; exceeded: () => boolean } {
  let exceeded = false;
  const timer = setInterval(() => {
    try {
      // proc(5): the resident set, in KiB.
      const resident =
        1024 * Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1] ?? 0);
      if (resident <= limit) return;
      exceeded = true;
      child.kill('SIGKILL');
    } catch {
      clearInterval(timer);
    }
  }, WATCH_MILLISECONDS);
  return { timer, exceeded: () => exceeded };
}
