/**
 * Checks that a test run leaves no process and no folder behind.
 *
 * 1. Before the first test, the run gets a folder. TMPDIR points to it, so tests and the programs
 *    that they start make their temporary folders there. Every process inherits the run's mark.
 * 2. After the last test, the run fails if a process with the mark or a folder is left. The message
 *    names the process or the folder, which is then ended or removed.
 * 3. An interrupted run skips step 2. `pnpm test`, or else the next run, ends and removes what it
 *    left.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failRun } from './fail-run.ts';
import { oncePerRun } from './once-per-run.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

/** Where the databases of tests are (test-postgres.ts), if there is enough memory. */
export const MEMORY_DISK = '/dev/shm';

/** What tools and `programCommand` keep in the temporary folder. */
const CACHES = /^(tsx-|node-compile-cache|v8-compile-cache|programs$)/;

/** Vitest calls this before the other setups of a project that starts processes. */
export function setup(): Promise<() => Promise<void>> {
  return oncePerRun('leak-check', async () => {
    const before = tmpdir();
    await sweepInterruptedRuns();
    const folder = await temporaryFolder(`test-${process.pid}`);
    moveTemporaryFolder(folder.path);
    process.env.RENDERDECK_TEST_RUN = folder.path;
    dropCertificates();
    return async () => {
      moveTemporaryFolder(before);
      await waitFor(async () => (await findMarked(folder.path)).length === 0, {
        withinMs: 30_000,
      }).catch(async () => {
        const left = await findMarked(folder.path);
        const names = left.map(({ pid, command }) => `${pid} ${command}`).join('; ');
        failRun(`Processes left behind (end them in the test that starts them): ${names}`);
        endAll(left);
      });
      const left = (await readdir(folder.path)).filter((name) => !CACHES.test(name));
      if (left.length > 0)
        failRun(
          `Folders left behind (remove them in the test that makes them): ${left.join(', ')}`,
        );
      await folder.remove();
    };
  });
}

function moveTemporaryFolder(path: string): void {
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = path;
}

/** Each start of Node would read them all, which takes longer than the rest of the start. */
function dropCertificates(): void {
  const { NODE_EXTRA_CA_CERTS } = process.env;
  if (NODE_EXTRA_CA_CERTS !== undefined) process.env.npm_config_cafile ??= NODE_EXTRA_CA_CERTS;
  delete process.env.NODE_EXTRA_CA_CERTS;
}

/** Ends the processes that interrupted runs left, and removes their folders. */
export async function sweepInterruptedRuns(): Promise<void> {
  for (const folder of [tmpdir(), MEMORY_DISK]) await sweepFolder(folder);
}

async function sweepFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(name.match(/^renderdeck-test-(\d+)-/)?.[1]);
    if (!pid || isAlive(pid)) continue;
    const left = join(folder, name);
    endAll(await findMarked(left));
    await waitFor(async () => (await findMarked(left)).length === 0).catch(() => undefined);
    // The folder may belong to another user or hold a mount, so a failure is only a warning. No
    // retries: rm retries in every parent folder too, which takes hours for a deep mount.
    await rm(left, { recursive: true, force: true }).catch((error: unknown) => {
      console.warn(
        `\nA folder of an interrupted run could not be removed; remove it by hand: ${error}\n`,
      );
    });
  }
}

function endAll(left: readonly { pid: number }[]): void {
  for (const { pid } of left) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Lists the processes of this run, without those of Vitest. Works only on Linux. */
async function findMarked(mark: string): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir('/proc').catch(() => []))
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid);
  const seen = await Promise.all(
    pids.map(async (pid) => ({
      pid,
      command: await read(pid, 'cmdline'),
      environment: await read(pid, 'environ'),
    })),
  );
  return seen.filter(
    ({ command, environment }) =>
      !command.includes('vitest') &&
      (command.includes(mark) || environment.includes(`RENDERDECK_TEST_RUN=${mark}`)),
  );
}

async function read(pid: number, file: 'cmdline' | 'environ'): Promise<string> {
  return (await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''))
    .replaceAll('\0', ' ')
    .trim();
}
