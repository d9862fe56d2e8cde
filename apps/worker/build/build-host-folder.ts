import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { type HostFolder, planHostFolders } from './plan-host-folder.ts';
import { type PlannedFiles, sortFiles } from './planned-files.ts';
import type { Target } from './targets.ts';

/**
 * Makes the folder that runs the worker on this system, in `into`, and gives its path. A folder of
 * an earlier build with the same content stays as it is; one with another content is replaced.
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

/** Makes the zip of each system in `into`, beside its folder, and gives their paths. */
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
 * A zip with everything below one folder of this name. Its bytes depend on its files only: sorted
 * by path, one fixed time, and nothing of the machine that wrote it. Two versions of Node may
 * compress differently.
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

/** The first time that a zip can hold. A zip has no time zone. */
const FIRST_TIME = new Date(1980, 0, 1);

async function buildHostFolders(targets: readonly Target[], into: string) {
  const built: (HostFolder & { path: string })[] = [];
  for (const folder of await planHostFolders(targets))
    built.push({ ...folder, path: await writeFolder(folder, into) });
  return built;
}

async function writeFolder({ name, files }: HostFolder, into: string): Promise<string> {
  const folder = join(into, name);
  // It holds the digest of all other files.
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
    // Another build may have been first. Its folder stays where it is the same: it may be in use.
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
