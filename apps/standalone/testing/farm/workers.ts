import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FarmProcess, findFarmProcesses } from '@renderdeck/testing/farm-processes';
import { waitFor } from '@renderdeck/testing/wait-for';
import {
  startWorkerUnderTest,
  type WorkerProgram,
  type WorkerUnderTest,
} from '@renderdeck/worker/testing';

type Settings = Readonly<Record<string, string>>;
/**
 * `within` is a command that runs the daemon and keeps its pid. `program` replaces the daemon that
 * runs from the sources.
 */
type HowStarted = [within?: readonly string[], program?: WorkerProgram];

/** The worker daemons of a farm and the processes that they start. All files are in `folder`. */
export function farmWorkers(folder: string, shared: Settings) {
  const workers: WorkerUnderTest[] = [];
  const scratchRoots = new Set<string>();
  const scratchOf = (name: string) => join(folder, `s-${name}`);
  const settingsOf = (name = 'one'): Settings => ({
    RENDERDECK_WORKER_NAME: name,
    RENDERDECK_SCRATCH_ROOT: scratchOf(name),
    ...shared,
  });
  /** Lists the living processes of one attempt's tree, or of every tree. */
  async function processes(attemptId?: string): Promise<FarmProcess[]> {
    const found = (await findFarmProcesses(folder)).filter((one) => one.attemptId !== null);
    return attemptId === undefined ? found : found.filter((one) => one.attemptId === attemptId);
  }
  return {
    scratchOf,
    /** Returns the environment of the worker with this name. */
    settingsOf,
    /** Starts a daemon with its own scratch root. Daemons with the same name are the same host. */
    async startWorker(
      name = 'one',
      more: Settings = {},
      ...how: HowStarted
    ): Promise<WorkerUnderTest> {
      const root = more.RENDERDECK_SCRATCH_ROOT ?? scratchOf(name);
      if (root.startsWith(folder)) scratchRoots.add(root);
      const worker = await startWorkerUnderTest(name, { ...settingsOf(name), ...more }, ...how);
      workers.push(worker);
      return worker;
    },
    processes,
    /** Waits until every process of an attempt, or of all attempts, has ended. */
    untilNoProcess: (attemptId?: string) =>
      waitFor(async () => (await processes(attemptId)).length === 0, {
        withinMs: 120_000,
        what: 'the processes of the render to end',
      }),
    /** Lists the files in a scratch root, without its lock, `.host`, `.program` and empty trash. */
    files: (name = 'one') => listFiles(scratchOf(name)),
    countWorkers: () => workers.length,
    /**
     * Ends every daemon, or those that were started after so many. Returns a sentence for each
     * daemon that did not end in order.
     */
    async endWorkers(after = 0): Promise<string[]> {
      const left: string[] = [];
      for (const worker of workers.splice(after)) left.push(...(await endInOrder(worker)));
      return left;
    },
    /** Kills every process that has the farm's folder in its environment. Returns their list. */
    async endLeftProcesses(): Promise<string[]> {
      const living = await findFarmProcesses(folder);
      for (const { pid } of living) process.kill(pid, 'SIGKILL');
      return living.map(({ pid, name }) => `process ${pid} ${name}`);
    },
    async leftFiles(): Promise<string[]> {
      return (await Promise.all([...scratchRoots].map(listFiles))).flat();
    },
  };
}

/** Gives a sentence if the daemon did not end in order. */
async function endInOrder(worker: WorkerUnderTest): Promise<string[]> {
  try {
    const exit = await worker.end();
    if (exit.code === 0 || exit.signal === 'SIGKILL') return [];
    return [`worker ${worker.name} ended with ${JSON.stringify(exit)}: ${worker.said()}`];
  } catch (error) {
    await worker.kill();
    return [String(error)];
  }
}

async function listFiles(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true }).catch(() => []);
  const kept = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(root, name)).catch(() => null);
      const own =
        name.startsWith('.worker.json') ||
        /^[.](host|program)(\/|$)/.test(name) ||
        (found?.isDirectory() && name === '.trash');
      return own ? [] : [name];
    }),
  );
  return kept.flat();
}
