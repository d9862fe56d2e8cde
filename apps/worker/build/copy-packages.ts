/*
 * Copies npm packages unchanged, with all packages that they need, in the versions of the lockfile.
 * nexrender reads its own .jsx files and finds modules by name, so it cannot be bundled. pnpm's
 * links become plain folders, because zips and copies keep those on every system.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isLicence, type PackageInfo, readPackage } from './licences.ts';
import type { PlannedFiles } from './planned-files.ts';

/** The files that a program reads. Types, documents, C++ sources and maps are left out. */
const READ_BY_PROGRAMS = /\.(?:[cm]?js|jsx|json|node)$/;
const UNREAD =
  /\.(?:spec|test)\.|^cnoke\.|(?:^|\/)(?:tests?|__tests__|examples?|docs?|vendor|\.[^/]+)\//;

/** For each path in the folder: the path that its package was read from. */
type Placed = Map<string, string>;

/** Adds these packages of `from` with all that they need. Returns every package that it added. */
export async function copyPackages(
  files: PlannedFiles,
  names: readonly string[],
  from: string,
): Promise<PackageInfo[]> {
  return await copyAllPackages(files, [{ names, from }]);
}

/** Adds packages of several folders. Throws if two folders need other versions of one package. */
export async function copyAllPackages(
  files: PlannedFiles,
  wanted: readonly { readonly names: readonly string[]; readonly from: string }[],
): Promise<PackageInfo[]> {
  const placed: Placed = new Map();
  for (const { names, from } of wanted) await place(placed, names, from, []);
  const packages: PackageInfo[] = [];
  for (const [at, path] of placed) {
    packages.push(await readPackage(path));
    await addPackage(files, path, at);
  }
  return packages;
}

/**
 * Places the packages that a package needs: at the top, or below that package if the top has
 * another version. `trail`: the packages above the new ones, from the top to that package.
 */
async function place(
  placed: Placed,
  names: readonly string[],
  from: string,
  trail: readonly string[],
): Promise<void> {
  const added: { path: string; trail: string[] }[] = [];
  // First place all packages of this level: each one hides other versions from its own packages.
  for (const name of names) {
    const path = await resolvePackage(name, from);
    const found = trail
      .map((_, index) => placed.get(pathOf([...trail.slice(0, trail.length - index), name])))
      .concat(placed.get(pathOf([name])))
      .find((one) => one !== undefined);
    if (found === path) continue;
    if (found !== undefined && trail.length === 0)
      throw new Error(`Two packages need ${name}, in other versions: ${found} and ${path}.`);
    const own = found === undefined ? [name] : [...trail, name];
    placed.set(pathOf(own), path);
    added.push({ path, trail: own });
  }
  for (const { path, trail: own } of added) {
    const { dependencies } = await readPackage(path);
    await place(placed, dependencies, path, own);
  }
}

const pathOf = (trail: readonly string[]) => trail.map((name) => `node_modules/${name}`).join('/');

/** The folder of the package that `from` loads under this name. */
export async function resolvePackage(name: string, from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (existsSync(join(path, 'package.json'))) return await realpath(path);
    if (folder === dirname(folder)) throw new Error(`${from} needs ${name}: install it first.`);
  }
}

async function addPackage(files: PlannedFiles, from: string, at: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(from, path).split(sep).join('/');
    if (entry.isFile() && isRead(name))
      files.set(`${at}/${name}`, { bytes: await readFile(path), isProgram: false });
  }
}

/** Whether the host folder needs this file of a package. */
export function isRead(name: string): boolean {
  if (name.startsWith('node_modules/')) return false;
  return isLicence(name) || (READ_BY_PROGRAMS.test(name) && !UNREAD.test(name));
}
