/*
 * Fetches the native parts of koffi and sharp for another system. pnpm installs only those for this
 * system, but the lockfile has the version and the digest of each.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { unpackTar } from 'modern-tar';
import { TOP } from './bundle-programs.ts';
import { isRead } from './copy-packages.ts';
import { isLicence, type PackageInfo } from './licences.ts';
import type { PlannedFiles } from './planned-files.ts';
import type { Target } from './targets.ts';

const CACHE = join(TOP, '.cache/native');

export type NativeVersions = {
  readonly koffi: string;
  readonly sharp: string;
  readonly libvips: string;
};

/** Adds the native parts for this system, in the lockfile's versions. Returns what it added. */
export async function addNativeParts(
  files: PlannedFiles,
  target: Target,
  { koffi, sharp, libvips }: NativeVersions,
): Promise<PackageInfo[]> {
  const parts = [
    { name: `@koromix/koffi-${target}`, version: koffi },
    { name: `@img/sharp-${target}`, version: sharp },
    // On Windows it is a part of sharp's own.
    ...(target === 'win32-x64' ? [] : [{ name: `@img/sharp-libvips-${target}`, version: libvips }]),
  ];
  return await Promise.all(parts.map(({ name, version }) => addNative(files, name, version)));
}

async function addNative(files: PlannedFiles, name: string, version: string): Promise<PackageInfo> {
  const integrity = findIntegrity(
    await readFile(join(TOP, 'pnpm-lock.yaml'), 'utf8'),
    `${name}@${version}`,
  );
  const packed = await fetchPackage(`${name}@${version}`, integrity);
  const texts: string[] = [];
  let licence = '';
  // npm puts all files into one folder, `package`, and packs no links.
  for (const { header, data } of await unpackTar(gunzipSync(packed), { strip: 1 })) {
    if (data === undefined) continue;
    if (header.name === 'package.json') licence = JSON.parse(String(Buffer.from(data))).license;
    if (isNotice(header.name)) texts.push(Buffer.from(data).toString('utf8'));
    if (isNeeded(header.name))
      files.set(`node_modules/${name}/${header.name}`, { bytes: data, isProgram: false });
  }
  return { name, version, dependencies: [], licence, texts };
}

const isNotice = (name: string) => isLicence(name) || name === 'README.md';
/** A library, too. */
const isNeeded = (name: string) =>
  isRead(name) || isNotice(name) || /^lib\/[^/]+\.(?:dll|dylib|so[.\d]*)$/.test(name);

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
