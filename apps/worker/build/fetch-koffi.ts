/*
 * Fetches koffi's native part for another system. pnpm installs only the one for this system, but
 * the lockfile has the version and the digest of each.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { unpackTar } from 'modern-tar';
import { TOP } from './bundle-programs.ts';
import { isRead } from './copy-packages.ts';
import type { PlannedFiles } from './planned-files.ts';
import type { Target } from './targets.ts';

const CACHE = join(TOP, '.cache/koffi');

/** Adds koffi's native part for this system, in the version of the lockfile. */
export async function addNativeKoffi(
  files: PlannedFiles,
  target: Target,
  version: string,
): Promise<void> {
  const name = `@koromix/koffi-${target}`;
  const integrity = findIntegrity(
    await readFile(join(TOP, 'pnpm-lock.yaml'), 'utf8'),
    `${name}@${version}`,
  );
  const packed = await fetchPackage(`${name}@${version}`, integrity);
  // npm puts all files into one folder, `package`, and packs no links.
  for (const { header, data } of await unpackTar(gunzipSync(packed), { strip: 1 }))
    if (data !== undefined && isRead(header.name))
      files.set(`node_modules/${name}/${header.name}`, { bytes: data, isProgram: false });
}

/** Finds the digest of this package in the lockfile. */
function findIntegrity(lockfile: string, name: string): string {
  const entry = lockfile.split(`\n  '${name}':\n`)[1] ?? '';
  const found = /^ {4}resolution: \{integrity: (sha512-[\w+/=]+)/.exec(entry)?.[1];
  if (found === undefined) throw new Error(`pnpm-lock.yaml has no digest of ${name}.`);
  return found;
}

/** A package's tarball, fetched by npm once, kept below `.cache`. Throws if its digest is wrong. */
export async function fetchPackage(name: string, integrity: string): Promise<Uint8Array> {
  const kept = join(CACHE, `${name.replaceAll(/[@/]/g, '-').slice(1)}.tgz`);
  const known = await readFile(kept).catch(() => null);
  if (known !== null && digest(known) === integrity) return known;
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'new-'));
  try {
    const { stdout } = await execa('npm', ['pack', name, '--json', '--pack-destination', folder], {
      cwd: folder,
    });
    const [{ filename }] = JSON.parse(stdout);
    const fetched = await readFile(join(folder, filename));
    if (digest(fetched) !== integrity)
      throw new Error(`npm gave ${name} with another digest than pnpm-lock.yaml has.`);
    await rename(join(folder, filename), kept);
    return fetched;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const digest = (bytes: Uint8Array) =>
  `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
