/*
 * The programs of the previous release, from which people update. `previous-release.json` names its
 * commit, because a package of it may not be in any registry. They run as they were released:
 *
 * 1. The files come from the commit, without a work tree of git.
 * 2. pnpm installs them with their own lockfile. What this version needs too is in pnpm's store
 *    already; the rest comes from npm's registry.
 * 3. Their own bundler makes one file of each program.
 *
 * The folder stays in `.cache`, so only the first run makes it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Sql } from './open-sql.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CACHE = join(ROOT, '.cache');
const NAMED = new URL('../previous-release.json', import.meta.url);
const { commit }: { commit: string } = JSON.parse(readFileSync(NAMED, 'utf8'));

const FOLDER = join(CACHE, `release-${commit.slice(0, 12)}`);
/** What its programs need. `package.json` and the lockfile name every workspace. */
const TAKEN = ['apps', 'packages', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
const MORE_TAKEN = ['.npmrc', 'tsconfig.json'];
/** What its programs and its bundler import. */
const INSTALLED = [
  'renderdeck',
  '@renderdeck/api...',
  '@renderdeck/worker...',
  '@renderdeck/program-bundle',
];
const BUNDLE = `import { bundleProgram } from './packages/program-bundle/src/index.ts';
  await bundleProgram(process.argv[1], process.argv[2]);`;

const run = promisify(execFile);

export type PreviousRelease = Awaited<ReturnType<typeof installPreviousRelease>>;

/** Why its programs cannot run here; null if they can. */
export async function explainNoRelease(): Promise<string | null> {
  try {
    await run('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: ROOT });
    return null;
  } catch (error) {
    const { stderr = String(error) }: { stderr?: string } = Object(error);
    return `no commit ${commit} of the previous release in this clone: ${stderr.trim()}`;
  }
}

/** Installs it, if an earlier run has not. */
export async function installPreviousRelease() {
  if (!(await exists(FOLDER))) await makeFolder();
  /** Makes one file of a program, which `entry` names from the top of the repository. */
  const bundle = async (entry: string) => {
    const file = join(FOLDER, 'programs', `${entry.replaceAll(/\W+/g, '-')}.mjs`);
    if (await exists(file)) return file;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', BUNDLE, entry, file];
    await run(process.execPath, args, { cwd: FOLDER });
    return file;
  };
  const command = async (entry: string): Promise<readonly [string, string]> => [
    process.execPath,
    await bundle(entry),
  ];
  return {
    /** Where its programs run. */
    folder: FOLDER,
    /** The command that starts a program of it, for example `apps/api/src/main.ts`. */
    command,
    /** Runs its own `migrate`. Throws what that printed if it failed. */
    async migrate(url: string): Promise<void> {
      const [node, file] = await command('packages/store/src/migrate-main.ts');
      const env = { ...process.env, DATABASE_URL: url };
      await run(node, [file], { cwd: FOLDER, env });
    },
    /** Loads modules of it into the process of the test. `text` exports them, from this folder. */
    async load<Exports>(folder: string, text: string): Promise<Exports> {
      const name = createHash('sha256').update(text).digest('hex').slice(0, 12);
      const entry = `${folder}/for-the-next-release-${name}.ts`;
      await writeFile(join(FOLDER, entry), text);
      return await import(pathToFileURL(await bundle(entry)).href);
    },
  };
}

/** Takes everything out of a database, so that `migrate` of another release can fill it. */
export async function emptyDatabase(sql: Sql): Promise<void> {
  await sql.unsafe(`drop schema public cascade; drop schema if exists drizzle cascade;
    create schema public; grant usage on schema public to public`);
}

/** Two test files may make it at the same time. The folder is whole, or it is not there. */
async function makeFolder(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const aside = await mkdtemp(join(CACHE, '.release-'));
  try {
    const archive = join(aside, 'release.tar');
    const taken = [...TAKEN, ...MORE_TAKEN];
    await run('git', ['archive', `--output=${archive}`, commit, ...taken], { cwd: ROOT });
    await run('tar', ['-xf', archive, '-C', aside]);
    await rm(archive);
    const { packageManager } = JSON.parse(readFileSync(join(aside, 'package.json'), 'utf8'));
    const filters = INSTALLED.map((name) => `--filter=${name}`);
    const options = ['--frozen-lockfile', '--prefer-offline', '--ignore-scripts', ...filters];
    await run('npx', ['-y', packageManager, 'install', ...options], { cwd: aside });
    await rename(aside, FOLDER).catch(async (error: unknown) => {
      if (!(await exists(FOLDER))) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
