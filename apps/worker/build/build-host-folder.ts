import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { type HostFolder, planHostFolders } from './plan-host-folder.ts';
import { type PlannedFiles, sortFiles } from './planned-files.ts';
import type { Target } from './targets.ts';

/**
 * Makes in `into` the folder that runs the worker on this system, and returns its path. A folder of
 * an earlier build stays if its content is the same, and is replaced if its content differs.
 */
export async function buildHostFolder({
  target,
  into,
}: {
  target: Target;
  into: string;
}): Promise<string> {
  const [built] = await buildHostFolders([target], into);
  if (built === undefined) throw new Error(`There is no folder for ${target}.`);
  return built.path;
}

/** Makes the folder and the zip of each system in `into`, and returns the paths of the zips. */
export async function buildHostZips(targets: readonly Target[], into: string) {
  const built = await buildHostFolders(targets, into);
  return await Promise.all(
    built.map(async ({ path, name, files }) => {
      const zip = `${path}.zip`;
      await writeFile(zip, await packZip(files, name));
      return { folder: path, zip, files: files.size };
    }),
  );
}

/**
 * Makes a zip with everything below one folder of this name. Its bytes depend only on the files:
 * they are sorted by path, have one fixed time, and nothing of the machine that wrote the zip. Two
 * versions of Node may compress differently.
 */
async function packZip(files: PlannedFiles, folder: string): Promise<Buffer> {
  const zip = new ZipFile();
  const always = { mtime: FIRST_TIME, forceDosTimestamp: true, compressionLevel: 9 };
  for (const [path, { bytes, isProgram }] of sortFiles(files))
    zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), `${folder}/${path}`, {
      ...always,
      mode: isProgram ? 0o100755 : 0o100644,
    });
  zip.end();
  return await buffer(zip.outputStream);
}

/** The earliest time that a zip can store. A zip has no time zone. */
const FIRST_TIME = new Date(1980, 0, 1);

async function buildHostFolders(targets: readonly Target[], into: string) {
  const built: (HostFolder & { path: string })[] = [];
  for (const folder of await planHostFolders(targets))
    built.push({ ...folder, path: await writeFolder(folder, into) });
  return built;
}

async function writeFolder({ name, files }: HostFolder, into: string): Promise<string> {
  const folder = join(into, name);
  // This file contains the digest of all other files.
  const isBuilt = async () => {
    const built = await readFile(join(folder, 'version.json')).catch(() => null);
    return built?.equals(files.get('version.json')?.bytes ?? Buffer.alloc(0)) ?? false;
  };
  if (await isBuilt()) return folder;
  await mkdir(into, { recursive: true });
  const aside = await mkdtemp(join(into, '.new-'));
  try {
    const written = join(aside, name);
    for (const [path, { bytes, isProgram }] of sortFiles(files)) {
      await mkdir(dirname(join(written, path)), { recursive: true });
      await writeFile(join(written, path), bytes, { mode: isProgram ? 0o755 : 0o644 });
    }
    // Another build may have been first. If its folder is the same it stays, as it may be in use.
    if (await isBuilt()) return folder;
    await rename(folder, join(aside, 'earlier')).catch(ignoreMissing);
    await rename(written, folder).catch(async (error: unknown) => {
      if (!(await isBuilt())) throw error;
    });
    return folder;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
