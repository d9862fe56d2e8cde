import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { planHostFolder } from './plan-host-folder.ts';
import { type PlannedFiles, sortFiles } from './planned-files.ts';
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
  const { name, files } = await planHostFolder(target);
  return await writeFolder(files, into, name);
}

/** Makes the folder, and a zip with it beside it. Gives both paths. */
export async function buildHostZip({ target, into }: { target: Target; into: string }) {
  const { name, files } = await planHostFolder(target);
  const folder = await writeFolder(files, into, name);
  const zip = join(into, `${name}.zip`);
  await writeFile(zip, writeZip(files, name));
  return { folder, zip, files: files.size };
}

async function writeFolder(files: PlannedFiles, into: string, name: string): Promise<string> {
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
