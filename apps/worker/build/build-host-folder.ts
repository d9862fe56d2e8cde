import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type HostFolder, planHostFolders } from './plan-host-folder.ts';
import { sortFiles } from './planned-files.ts';
import type { Target } from './targets.ts';
import { writeZip } from './write-zip.ts';

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
      await writeFile(zip, writeZip(files, name));
      return { folder: path, zip, files: files.size };
    }),
  );
}

async function buildHostFolders(targets: readonly Target[], into: string) {
  const built: (HostFolder & { path: string })[] = [];
  for (const folder of await planHostFolders(targets))
    built.push({ ...folder, path: await writeFolder(folder, into) });
  return built;
}

async function writeFolder({ name, files }: HostFolder, into: string): Promise<string> {
  const folder = join(into, name);
  const built = await readFile(join(folder, 'version.json')).catch(() => null);
  // It holds the digest of all other files.
  if (built?.equals(files.get('version.json')?.bytes ?? Buffer.alloc(0))) return folder;
  await mkdir(into, { recursive: true });
  const written = await mkdtemp(join(into, '.new-'));
  await chmod(written, 0o755);
  for (const [path, { bytes, isProgram }] of sortFiles(files)) {
    await mkdir(dirname(join(written, path)), { recursive: true });
    await writeFile(join(written, path), bytes, { mode: isProgram ? 0o755 : 0o644 });
  }
  await rm(folder, { recursive: true, force: true });
  await rename(written, folder);
  return folder;
}
