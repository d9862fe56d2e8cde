import {
  appendFile,
  chmod,
  chown,
  mkdtemp,
  readdir,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Programs, runProgram } from './postgres-programs.ts';

/** The name of the superuser and of the default database of every local server. */
export const OWNER = 'renderdeck';
const UNFINISHED = '.new';

/**
 * Creates the data folder with the default database, complete or not at all. Until the last step
 * the folder has a name of its own, because the initdb of a start that was killed may still run in
 * the folder of that start. `durable`: the data survives a power cut from its first moment.
 */
export async function createCluster(
  programs: Programs,
  cluster: string,
  password: string,
  settings: readonly string[],
  durable: boolean,
): Promise<void> {
  await removeUnfinished(cluster);
  const unfinished = await mkdtemp(`${cluster}${UNFINISHED}`);
  const passwordFile = `${unfinished}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const path of programs.user ? [unfinished, passwordFile] : [])
    await chown(path, programs.user?.uid ?? 0, programs.user?.gid ?? 0);
  try {
    await succeed(
      runProgram(programs, 'initdb', [
        `--pgdata=${unfinished}`,
        `--username=${OWNER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-sync',
        // Passwords end with a throw-away server. Each connection computes this many rounds.
        ...(durable ? [] : ['--set=scram_iterations=1']),
      ]),
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await appendFile(join(unfinished, 'postgresql.conf'), `\n${settings.join('\n')}\n`);
  // Single-user mode creates the database before any client can connect.
  await succeed(
    runProgram(
      programs,
      'postgres',
      ['--single', '-D', unfinished, 'postgres'],
      `CREATE DATABASE ${OWNER}\n`,
    ),
  );
  await chmod(unfinished, 0o700);
  if (durable)
    await succeed(runProgram(programs, 'initdb', ['--sync-only', `--pgdata=${unfinished}`]));
  await rename(unfinished, cluster);
}

/** Removes folders of starts that were killed. An initdb that still runs in one fails and ends. */
async function removeUnfinished(cluster: string): Promise<void> {
  const folder = dirname(cluster);
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${basename(cluster)}${UNFINISHED}`))
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 10 });
  }
}

async function succeed(run: ReturnType<typeof runProgram>): Promise<void> {
  const { exitCode, all, command, shortMessage } = await run;
  if (exitCode !== 0 || /^\S+ \S+ \S+ \[\d+\] (ERROR|FATAL)/m.test(String(all))) {
    throw new Error(
      `PostgreSQL's data folder could not be made: ${shortMessage ?? command}\n${all}`,
    );
  }
}
