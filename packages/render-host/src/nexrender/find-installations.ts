import { createRequire } from 'node:module';
import { posix, win32 } from 'node:path';
import { readFileVersion } from '../system/file-version.ts';
import type { System } from '../system/system.ts';

/** One After Effects on this host. `version` is null when its files do not name one. */
export type Installation = { readonly aerender: string; readonly version: string | null };

const NAME = /after effects/i;
const SHORT_VERSION = /<key>CFBundleShortVersionString<\/key>\s*<string>([^<]+)<\/string>/;

/** Finds every After Effects in the usual folders of this system, in the order of their paths. */
export async function findInstallations(system: System): Promise<readonly Installation[]> {
  const places = new Set([...(await listPlaces(system)), ...listNexrendersPlaces(system)]);
  const found: Installation[] = [];
  for (const aerender of [...places].sort())
    if (await exists(system, aerender)) found.push(await describeInstallation(system, aerender));
  return found;
}

/** Reads the version of an After Effects from the files beside its aerender. */
export async function describeInstallation(
  system: System,
  aerender: string,
): Promise<Installation> {
  return { aerender, version: await readVersion(system, aerender) };
}

/** The aerender that nexrender itself finds first; null when it finds none. */
export async function findByNexrender(system: System): Promise<string | null> {
  for (const aerender of listNexrendersPlaces(system))
    if (await exists(system, aerender)) return aerender;
  return null;
}

async function listPlaces(system: System): Promise<readonly string[]> {
  if (system.platform === 'darwin') {
    const names = (await system.listNames('/Applications')) ?? [];
    return names.filter((name) => NAME.test(name)).map((name) => `/Applications/${name}/aerender`);
  }
  if (system.platform !== 'win32') return [];
  const variables = ['ProgramFiles', 'ProgramW6432'].map((name) => system.readVariable(name));
  const places: string[] = [];
  for (const programs of new Set(['C:\\Program Files', ...variables])) {
    const folder = win32.join(programs ?? '', 'Adobe');
    const names = programs === null ? [] : ((await system.listNames(folder)) ?? []);
    for (const name of names.filter((one) => NAME.test(one)))
      places.push(
        win32.join(folder, name, 'Support Files', 'aerender.exe'),
        win32.join(folder, name, 'aerender.exe'),
      );
  }
  return places;
}

function listNexrendersPlaces({ platform }: System): readonly string[] {
  const autofind: { defaultPaths: Record<string, string[]> } = createRequire(import.meta.url)(
    '@nexrender/core/src/helpers/autofind',
  );
  const [paths, name] = platform === 'win32' ? [win32, 'aerender.exe'] : [posix, 'aerender'];
  return (autofind.defaultPaths[platform] ?? []).map((folder) => paths.join(folder, name));
}

async function exists(system: System, path: string): Promise<boolean> {
  const paths = system.platform === 'win32' ? win32 : posix;
  const names = await system.listNames(paths.dirname(path));
  return names?.includes(paths.basename(path)) ?? false;
}

async function readVersion(system: System, aerender: string): Promise<string | null> {
  if (system.platform === 'win32') {
    for (const name of ['AfterFX.exe', 'aerender.exe']) {
      const bytes = await system.readBytes(win32.join(win32.dirname(aerender), name));
      const version = bytes === null ? null : readFileVersion(bytes);
      if (version !== null) return version;
    }
    return null;
  }
  const folder = posix.dirname(aerender);
  const app = (await system.listNames(folder))?.find((name) => /^Adobe After.*\.app$/.test(name));
  if (app === undefined) return null;
  const plist = await system.readBytes(posix.join(folder, app, 'Contents', 'Info.plist'));
  return SHORT_VERSION.exec(plist?.toString('utf8') ?? '')?.[1] ?? null;
}
