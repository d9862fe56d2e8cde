import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { bundlePrograms, TOP } from './bundle-programs.ts';
import { copyPackages, resolvePackage } from './copy-packages.ts';
import { addNativeParts, type NativeVersions } from './fetch-native.ts';
import { HOST_UNITS } from './host-units.ts';
import { type PackageInfo, readPackage, writeLicences } from './licences.ts';
import { digestFiles, type PlannedFiles } from './planned-files.ts';
import type { Target } from './targets.ts';

export type HostFolder = { readonly name: string; readonly files: PlannedFiles };

/**
 * Native packages, packages loaded by name, and one that loads modules of newer versions of Node.
 * node_modules of the folder has them unchanged.
 */
const COPIED = [
  '@nexrender/core',
  '@nexrender/action-copy',
  '@nexrender/action-encode',
  'koffi',
  'sharp',
  'ssh2',
  'undici',
] as const;
const RENDER_HOST = join(TOP, 'packages/render-host');
/** The files at the top of the folder, from `files`. */
const OWN_FILES = {
  win32: ['worker.cmd', 'windows-task.ps1'],
  linux: ['worker'],
  darwin: ['worker', 'macos-agent'],
  all: ['worker.mjs', 'settings.env.sample', 'README.txt'],
} as const;
const PROGRAMS: readonly string[] = ['worker', 'macos-agent'];

/** The content that the folders of all systems share. */
type Shared = {
  readonly files: PlannedFiles;
  readonly native: NativeVersions;
  readonly packages: readonly PackageInfo[];
  readonly version: string;
  readonly node: string;
  readonly commit: string | null;
};

/**
 * Plans all files of the folders that run the worker on these systems. The same commit and lockfile
 * always give the same bytes.
 */
export async function planHostFolders(targets: readonly Target[]): Promise<HostFolder[]> {
  const shared = await planShared();
  return await Promise.all(targets.map((target) => planFolder(shared, target)));
}

async function planShared(): Promise<Shared> {
  const { files, inputs } = await bundlePrograms({
    entries: ['apps/worker/src/main.ts'],
    external: COPIED,
    leftOut: ['@node-rs/argon2'], // only the API uses it
    calledAs: '',
    isShared: false,
  });
  const packages = await copyPackages(files, COPIED, RENDER_HOST);
  const bundled = await readBundledPackages(inputs);
  for (const name of OWN_FILES.all) files.set(name, await readOwnFile(name));
  files.set('LICENSE', { bytes: await readFile(join(TOP, 'LICENSE')), isProgram: false });
  const native = await readNativeVersions();
  const { version, engines } = JSON.parse(await readFile(join(TOP, 'package.json'), 'utf8'));
  const commit = await readCommit(TOP);
  return {
    files,
    packages: [...packages, ...bundled],
    native,
    version,
    node: engines.node,
    commit,
  };
}

async function planFolder(shared: Shared, target: Target): Promise<HostFolder> {
  const files = new Map(shared.files);
  const parts = await addNativeParts(files, target, shared.native);
  addText(files, 'LICENSES.txt', writeLicences([...shared.packages, ...parts]));
  const system = systemOf(target);
  for (const name of OWN_FILES[system]) files.set(name, await readOwnFile(name));
  for (const [name, text] of Object.entries(HOST_UNITS[system])) addText(files, name, text);
  const { version, commit, node } = shared;
  const name = 'renderdeck-worker';
  const facts = { name, version, commit, target, node, content: digestFiles(files) };
  addText(files, 'version.json', `${JSON.stringify(facts, null, 2)}\n`);
  return { name: `${name}-${version}-${target}`, files };
}

async function readNativeVersions(): Promise<NativeVersions> {
  const read = async (name: string) =>
    JSON.parse(
      await readFile(join(await resolvePackage(name, RENDER_HOST), 'package.json'), 'utf8'),
    );
  const [koffi, sharp] = await Promise.all([read('koffi'), read('sharp')]);
  const libvips: string = sharp.optionalDependencies['@img/sharp-libvips-linux-x64'];
  return { koffi: koffi.version, sharp: sharp.version, libvips };
}

function systemOf(target: Target): 'win32' | 'linux' | 'darwin' {
  if (target === 'win32-x64') return 'win32';
  return target === 'linux-x64' ? 'linux' : 'darwin';
}

function addText(files: PlannedFiles, path: string, text: string): void {
  files.set(path, { bytes: Buffer.from(text), isProgram: false });
}

async function readOwnFile(name: string) {
  const text = await readFile(new URL(`./files/${name}`, import.meta.url), 'utf8');
  const lines = text.replaceAll('\r\n', '\n');
  // cmd.exe needs a carriage return in each line, or it loses its place in the file.
  const written = name.endsWith('.cmd') ? lines.replaceAll('\n', '\r\n') : lines;
  return { bytes: Buffer.from(written), isProgram: PROGRAMS.includes(name) };
}

/** The npm packages whose code a bundle contains. */
export async function readBundledPackages(inputs: ReadonlySet<string>): Promise<PackageInfo[]> {
  const folders = new Set<string>();
  for (const input of inputs) {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
    if (folder !== undefined) folders.add(join(TOP, folder));
  }
  return await Promise.all([...folders].map(readPackage));
}

/** The commit that is checked out. Null when files differ from it, or when git does not say. */
async function readCommit(folder: string): Promise<string | null> {
  const ask = async (...args: string[]) => {
    const { stdout, failed } = await execa('git', args, { cwd: folder, reject: false });
    return failed ? null : stdout.trim();
  };
  const changes = await ask('status', '--porcelain');
  return changes === '' ? await ask('rev-parse', 'HEAD') : null;
}
