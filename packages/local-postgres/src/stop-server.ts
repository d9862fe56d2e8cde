import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Programs, runProgram } from './postgres-programs.ts';
import { isPostmaster } from './postmaster.ts';

/** Fast shutdown; the process is gone when this resolves, whoever had stopped it. */
export async function stopServer(programs: Programs, cluster: string, pid: number): Promise<void> {
  const { all } = await runProgram(programs, 'pg_ctl', [
    'stop',
    '-D',
    cluster,
    '-m',
    'fast',
    '-w',
    '-t',
    '60',
  ]);
  await provenGone(cluster, pid, String(all));
}

/** Ends server and folders when the calling process ends, however that happens, or when the returned function is called. */
export function endWithCaller(end: {
  programs: Programs;
  cluster: string;
  pid: number;
  folders: string[];
}): () => Promise<void> {
  const { programs, cluster, pid, folders } = end;
  const plan = JSON.stringify({
    pgCtl: `${programs.folder}/pg_ctl`,
    cluster,
    user: programs.user,
    folders,
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
    await provenGone(cluster, pid, `its watcher ended with ${exitCode}`);
  };
}

async function provenGone(cluster: string, pid: number, said: string): Promise<void> {
  for (let waitedMs = 0; await isPostmaster(pid, cluster); waitedMs += 10) {
    if (waitedMs > 10_000)
      throw new Error(`PostgreSQL (pid ${pid}) of ${cluster} did not stop: ${said}`);
    await setTimeout(10);
  }
}
