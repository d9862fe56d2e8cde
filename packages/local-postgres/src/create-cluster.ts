import { appendFile, chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Programs, runProgram } from './postgres-programs.ts';

/** The name of the superuser and of the default database of every local server. */
export const OWNER = 'renderdeck';

/**
 * Creates a complete data folder with the default database, or none.
 * The folder has another name until the last step.
 */
export async function createCluster(
  programs: Programs,
  cluster: string,
  password: string,
  settings: readonly string[],
): Promise<void> {
  const unfinished = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
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
  await rename(unfinished, cluster);
}

async function succeed(run: ReturnType<typeof runProgram>): Promise<void> {
  const { exitCode, all, command, shortMessage } = await run;
  if (exitCode !== 0 || /^\S+ \S+ \S+ \[\d+\] (ERROR|FATAL)/m.test(String(all))) {
    throw new Error(
      `PostgreSQL's data folder could not be made: ${shortMessage ?? command}\n${all}`,
    );
  }
}
