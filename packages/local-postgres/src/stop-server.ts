import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Programs, runProgram } from './postgres-programs.ts';
import { isPostmaster } from './postmaster.ts';

/** Stops the server: open transactions are rolled back. Resolves when the process is gone. */
export async function stopServer(programs: Programs, cluster: string, pid: number): Promise<void> {
  const options = ['-D', cluster, '-m', 'fast', '-w', '-t', '60'];
  const { all } = await runProgram(programs, 'pg_ctl', ['stop', ...options]);
  await waitUntilGone(cluster, pid, String(all));
}

/**
 * Starts a watcher, a process that stops the server and removes its folders when the calling
 * process ends in any way. Gives a function that does the same now.
 */
export function endWithCaller(end: {
  programs: Programs;
  cluster: string;
  pid: number;
  dataDir: string;
}): () => Promise<void> {
  const { programs, cluster, pid, dataDir } = end;
  const plan = JSON.stringify({
    pgCtl: `${programs.folder}/pg_ctl`,
    cluster,
    user: programs.user,
    folders: [dirname(cluster), dataDir],
  });
  const watcher = execa(
    process.execPath,
    [fileURLToPath(new URL('./end-with-caller.mjs', import.meta.url)), plan],
    {
      cwd: programs.folder,
      detached: true,
      stdin: 'pipe',
      stdout: 'ignore',
      stderr: 'ignore',
      reject: false,
    },
  );
  return async () => {
    watcher.stdin.end();
    const { exitCode } = await watcher;
    await waitUntilGone(cluster, pid, `its watcher ended with ${exitCode}`);
  };
}

async function waitUntilGone(cluster: string, pid: number, output: string): Promise<void> {
  for (let waitedMs = 0; await isPostmaster(pid, cluster); waitedMs += 10) {
    if (waitedMs > 10_000)
      throw new Error(`PostgreSQL (pid ${pid}) of ${cluster} did not stop: ${output}`);
    await setTimeout(10);
  }
}
