import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildPage } from '@renderdeck/standalone/build-page';
import { type PlannedFiles, sortFiles } from '@renderdeck/worker/build';
import { packTar } from 'modern-tar';
import { planPackage } from './plan-package.ts';

/**
 * Makes the npm package in `into`: the folder `package`, and the tarball `renderdeck-VERSION.tgz`.
 * Builds the page first if it is missing or old. Both replace those of an earlier build.
 */
export async function buildPackage(into: string, log: (line: string) => void) {
  await buildPage(log);
  const { version, files } = await planPackage();
  await mkdir(into, { recursive: true });
  const aside = await mkdtemp(join(into, '.new-'));
  try {
    const name = `renderdeck-${version}.tgz`;
    const packed = await pack(files);
    await writeFile(join(aside, name), packed);
    await writeFiles(files, join(aside, 'package'));
    const [folder, tarball] = [join(into, 'package'), join(into, name)];
    await rm(folder, { recursive: true, force: true });
    await rename(join(aside, 'package'), folder);
    await rename(join(aside, name), tarball);
    const bytes = [...files.values()].reduce((sum, file) => sum + file.bytes.length, 0);
    return { folder, tarball, files: files.size, bytes, packed: packed.length };
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** npm's own format: one folder, `package`. The same files always give the same bytes. */
async function pack(files: PlannedFiles): Promise<Buffer> {
  const entries = sortFiles(files).map(([path, { bytes, isProgram }]) => ({
    header: {
      name: `package/${path}`,
      size: bytes.length,
      mode: isProgram ? 0o755 : 0o644,
      mtime: FIRST_TIME,
    },
    body: bytes,
  }));
  return gzipSync(await packTar(entries), { level: 9, memLevel: 9 });
}

/** npm gives its own files this time, because some file systems and zips know no earlier one. */
const FIRST_TIME = new Date('1985-10-26T08:15:00.000Z');

async function writeFiles(files: PlannedFiles, folder: string): Promise<void> {
  for (const [path, { bytes, isProgram }] of sortFiles(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes, { mode: isProgram ? 0o755 : 0o644 });
  }
}
