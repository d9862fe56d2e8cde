import { type ChildProcess, spawn } from 'node:child_process';
import { createJobObject, type JobObject } from '../../src/process/windows/job-object.ts';
import { waitFor } from './start-tree.ts';

export type Act = { child: ChildProcess; pid: number; job: JobObject; said(): string };

/** Starts acts.c in a job of its own. Resolves when the program has done its act. */
export async function startAct(...args: string[]): Promise<Act> {
  const act = waitingAct(...args);
  const job = createJobObject();
  job.adopt(act.pid);
  await act.go();
  return { ...act, job };
}

/** Starts the program in no job of ours. The program waits for `go`. */
export function waitingAct(...args: string[]) {
  const child = spawn(String(process.env.ACTS), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('acts.exe did not start');
  return {
    ...{ child, pid },
    said: () => output,
    async go() {
      child.stdin.write('\n');
      await waitFor(
        () => output.includes('ready'),
        () => output,
      );
    },
  };
}

/** Terminates the job and waits until the kernel lists and counts no member. */
export async function endJob(job: JobObject): Promise<number> {
  const before = performance.now();
  job.killAll();
  await waitFor(() => job.isEmpty() === true);
  const ms = performance.now() - before;
  job.remove();
  return ms;
}
