/*
 * Keeps bundles between starts, because making one takes a second of CPU.
 *
 * 1. `node_modules/.cache/renderdeck/KEY.mjs` is a bundle. `KEY.json` holds its digest, and the
 *    size and the time of change of each source file. KEY is made from the entry and this
 *    checkout's path.
 * 2. A kept bundle is used if its digest is right and none of these files has changed. The lockfile
 *    and the package.json of each package are among them, because they decide what an import finds.
 * 3. A bundle is not kept if a source file changed while the bundle was made, or if the folder
 *    cannot be written.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

const FOLDER = join(REPOSITORY, 'node_modules/.cache/renderdeck');
/** A file may be written twice within this time and have the same time of change. */
const OLD_ENOUGH_MS = 100;

type Kept = { readonly digest: string; readonly inputs: Readonly<Record<string, string>> };

/** Copies the kept bundle of an entry to a path. False if none is kept for the present sources. */
export async function copyKeptBundle(entry: string, to: string): Promise<boolean> {
  try {
    const { digest, inputs }: Kept = JSON.parse(await readFile(`${placeOf(entry)}.json`, 'utf8'));
    const now = await describeAll(Object.keys(inputs));
    if (Object.entries(inputs).some(([path, seen]) => now[path] !== seen)) return false;
    const bundle = await readFile(`${placeOf(entry)}.mjs`);
    if (digestOf(bundle) !== digest) return false;
    await writeFile(to, bundle);
    return true;
  } catch {
    return false;
  }
}

/** Keeps a bundle. `inputs`: its sources, relative to the repository; `since`: `bundleBegins()`. */
export async function keepBundle(
  entry: string,
  made: string,
  inputs: readonly string[],
  since: number,
): Promise<void> {
  const packages = inputs.flatMap((path) => /^(apps|packages)\/[^/]+/.exec(path)?.[0] ?? []);
  const manifests = [...new Set(packages)].map((folder) => `${folder}/package.json`);
  const seen = await describeAll([...inputs, ...manifests, 'pnpm-lock.yaml']);
  const isOld = Object.values(seen).every((text) => Number(text.split(' ')[0]) < since);
  if (!isOld) return;
  const bundle = await readFile(made);
  const kept: Kept = { digest: digestOf(bundle), inputs: seen };
  await mkdir(FOLDER, { recursive: true });
  await replace(`${placeOf(entry)}.mjs`, bundle);
  await replace(`${placeOf(entry)}.json`, JSON.stringify(kept));
}

/** A source that changed at or after this moment may differ from the bundle that is made now. */
export function bundleBegins(): number {
  return Date.now() - OLD_ENOUGH_MS;
}

function placeOf(entry: string): string {
  return join(FOLDER, digestOf(`${REPOSITORY} ${entry}`).slice(0, 16));
}

function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function replace(file: string, content: string | Buffer): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  await writeFile(aside, content);
  await rename(aside, file);
}

async function describeAll(paths: readonly string[]): Promise<Record<string, string>> {
  const described = paths.map(async (path) => {
    const { mtimeMs, size } = await stat(join(REPOSITORY, path));
    return [path, `${mtimeMs} ${size}`] as const;
  });
  return Object.fromEntries(await Promise.all(described));
}
