import { appendFile, chown, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Programs, runProgram } from './postgres-programs.ts';
import { findPostmaster, isPostmaster, type Postmaster, pidFile } from './postmaster.ts';

const MOST_TRIES = 8;
/** The status words in the pid file of a primary, and of a standby that answers reads. */
const ACCEPTS_CONNECTIONS: ReadonlySet<string> = new Set(['ready', 'standby']);

/**
 * Starts the server on this port, or on a free port, and waits until the server accepts
 * connections. `pg_ctl` gives it a session of its own, so Ctrl-C in the caller's terminal does not
 * reach it.
 */
export async function startServer(
  programs: Programs,
  cluster: string,
  logFile: string,
  port: number | null = null,
): Promise<Postmaster> {
  await appendFile(logFile, '', { mode: 0o600 });
  if (programs.user) await chown(logFile, programs.user.uid, programs.user.gid);
  const oldLogSize = (await stat(logFile)).size;
  for (let tries = 1; ; tries += 1) {
    // Without a live server, the pid in the pid file may belong to another program by now.
    if (!(await findPostmaster(cluster))) await rm(pidFile(cluster), { force: true });
    const serverOptions = `-p ${port ?? (await findFreePort())}`;
    const options = ['-D', cluster, '-l', logFile, '-w', '-t', '60', '-o', serverOptions];
    const { all } = await runProgram(programs, 'pg_ctl', ['start', ...options]);
    const server = await findReadyServer(cluster);
    if (server) return server;
    const newLog = (await readFile(logFile, 'utf8')).slice(oldLogSize).trim();
    // Another program may take the port first, and children of a killed server may still run.
    if (tries >= MOST_TRIES || !/could not bind|shared memory block|lock file/.test(newLog))
      throw new Error(`PostgreSQL did not start in ${cluster}: ${all}\n${newLog}`);
    await setTimeout(100 * tries);
  }
}

/** Waits until a live server accepts connections. Null when there is none, or when it ends. */
export async function findReadyServer(cluster: string): Promise<Postmaster | null> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 25) {
    const server = await findPostmaster(cluster);
    if (!server || ACCEPTS_CONNECTIONS.has(server.status)) return server;
    await setTimeout(25);
  }
  throw new Error(
    `PostgreSQL of ${cluster} has been starting or stopping for a minute. Look at its server.log.`,
  );
}

function findFreePort(): Promise<number> {
  return new Promise((found, fail) => {
    const probe = createServer().once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object'
          ? found(address.port)
          : fail(new Error('No free port on 127.0.0.1.')),
      );
    });
  });
}

/** Stops the server: open transactions are rolled back. Resolves when the process is gone. */
export async function stopServer(programs: Programs, cluster: string, pid: number): Promise<void> {
  const options = ['-D', cluster, '-m', 'fast', '-w', '-t', '60'];
  const { all } = await runProgram(programs, 'pg_ctl', ['stop', ...options]);
  await waitUntilGone(cluster, pid, String(all));
}

/**
 * Starts a watcher: a process that stops the server and removes its folders when the calling
 * process ends in any way. Returns a function that stops the server and removes its folders now.
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
