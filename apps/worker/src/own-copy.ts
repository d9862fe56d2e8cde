import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { copyOwnProgram, type ProgramFile, removeOtherPrograms } from '@renderdeck/render-host';
import { isPackage } from '@renderdeck/settings';
import { z } from 'zod';
import { errorMessage } from './error-message.ts';

/** The folder of the npm package, or of its copy. */
const PACKAGE = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
const COPIES = '.program';
const MAIN = 'lib/worker/src/main.mjs';
/** What no worker needs. npm may have put packages below this one, which are listed by name. */
const NOT_COPIED = /^(?:docs|lib\/admin-ui|node_modules)\//;

const manifest = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const build = z.object({ content: z.string() });

/** Whether this program is the worker's own copy (own-program.ts of the render host). */
const isCopy = isPackage && basename(dirname(PACKAGE)) === COPIES;

/**
 * Runs `work` in the worker's own copy of this program, in this process. Only the program of an npm
 * package has a copy; others run `work` where they are.
 */
export async function runInOwnCopy(
  scratchRoot: string,
  work: () => Promise<string | null>,
): Promise<string | null> {
  const main = await copyThisProgram(scratchRoot).catch((cause: unknown) => ({ cause }));
  if (main === null) return await work();
  if (typeof main !== 'string') return `its program cannot be copied: ${errorMessage(main.cause)}`;
  // The copy reads its arguments again, and starts itself by this path.
  process.argv[1] = main;
  await import(pathToFileURL(main).href);
  return null;
}

/** Returns the main file of the copy; null if this is no npm package, or is the copy itself. */
async function copyThisProgram(scratchRoot: string): Promise<string | null> {
  if (!isPackage || isCopy) return null;
  const { version, ...needed } = await readManifest(PACKAGE);
  const { content } = build.parse(await readJson(join(PACKAGE, 'lib/version.json')));
  const installed = await listInstalled(needed, PACKAGE, new Map());
  const files = (await listFiles(PACKAGE, '')).filter(({ to }) => !NOT_COPIED.test(to));
  for (const [name, folder] of installed)
    files.push(...(await listFiles(folder, `node_modules/${name}/`)));
  const name = `${version}-${content.slice(0, 12)}`;
  return join(await copyOwnProgram(scratchRoot, name, files), MAIN);
}

/** Removes the copies that earlier versions made. Only for the daemon that holds the lock. */
export async function removeEarlierCopies(scratchRoot: string): Promise<void> {
  if (isCopy) await removeOtherPrograms(scratchRoot, basename(PACKAGE));
}

type Needed = Pick<z.infer<typeof manifest>, 'dependencies' | 'optionalDependencies'>;

/** Finds the packages that npm installed for this one, as Node finds them. */
async function listInstalled(
  { dependencies, optionalDependencies }: Needed,
  from: string,
  found: Map<string, string>,
): Promise<Map<string, string>> {
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const folder = found.has(name) ? null : await findInstalled(name, from);
    if (folder === null) continue;
    found.set(name, folder);
    await listInstalled(await readManifest(folder), folder, found);
  }
  return found;
}

/** Null if it is not installed: most optional packages are for other systems. */
async function findInstalled(name: string, from: string): Promise<string | null> {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (existsSync(join(path, 'package.json'))) return await realpath(path);
    if (folder === dirname(folder)) return null;
  }
}

async function listFiles(folder: string, to: string): Promise<ProgramFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((from) => ({ from, to: `${to}${relative(folder, from).split(sep).join('/')}` }));
}

async function readManifest(folder: string) {
  return manifest.parse(await readJson(join(folder, 'package.json')));
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
