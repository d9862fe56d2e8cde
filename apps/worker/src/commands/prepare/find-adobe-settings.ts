/* Files of After Effects for its user: the licence of a render node, and the rights of scripts. */
import { posix, win32 } from 'node:path';
import type { HostFinding } from '@renderdeck/domain';
import type { System } from '@renderdeck/render-host';
import { done, ok, type Preparing, todo, unknown } from './preparing.ts';

const RENDER_ONLY = 'ae_render_only_node.txt';
/** The folder that counts for all users. No After Effects runs on Linux. */
const OF_ALL = {
  win32: 'C:\\Users\\Public\\Documents\\Adobe',
  darwin: '/Users/Shared/Adobe',
  linux: null,
} as const;
const PREFERENCE = 'Pref_SCRIPTING_FILE_NETWORK_SECURITY';

/**
 * The licence that a file shows. If there is no such file, it is written when the person asked for
 * that; otherwise null, because then only a render shows the licence.
 */
export async function findRenderOnlyFile({
  system,
  isDryRun,
  isRenderOnly,
}: Preparing): Promise<HostFinding | null> {
  const paths = system.platform === 'win32' ? win32 : posix;
  const [ofUser, ofAll] = [paths.join(system.home, 'Documents'), OF_ALL[system.platform]];
  const means = 'After Effects renders without a licence here, and shows no window of its own.';
  for (const folder of [ofUser, ofAll])
    if (folder !== null && (await system.listNames(folder))?.includes(RENDER_ONLY))
      return ok('licence', `${RENDER_ONLY} in ${folder}: ${means}`);
  if (!isRenderOnly) return null;
  const folder = ofAll ?? ofUser;
  if (isDryRun) return todo('licence', `This command would write ${RENDER_ONLY} to ${folder}.`);
  await system.createFile(paths.join(folder, RENDER_ONLY));
  return done('licence', `Wrote ${RENDER_ONLY} to ${folder}: ${means}`);
}

/** Whether scripts may write files, by the preferences of each version that this user started. */
export async function findScriptRights({ system }: Preparing): Promise<readonly HostFinding[]> {
  if (system.platform === 'linux') return [];
  const name = 'scripts may write files';
  const step =
    'In After Effects, as the user that renders: Preferences, Scripting & Expressions, ' +
    'Allow Scripts To Write Files And Access Network.';
  const found = await readPreferences(system);
  if (found.length === 0)
    return [unknown(name, `${system.user} has no preferences of After Effects as yet. ${step}`)];
  const refused = found.filter(({ value }) => value === '0').map(({ version }) => version);
  const silent = found.filter(({ value }) => value === null).map(({ version }) => version);
  if (refused.length > 0) return [todo(name, `Version ${refused.join(', ')} refuses it. ${step}`)];
  if (silent.length > 0)
    return [unknown(name, `The preferences of version ${silent.join(', ')} do not tell. ${step}`)];
  const versions = found.map(({ version }) => version).join(', ');
  return [ok(name, `Allowed to ${system.user}, in version ${versions}.`)];
}

async function readPreferences(
  system: System,
): Promise<readonly { readonly version: string; readonly value: string | null }[]> {
  const paths = system.platform === 'win32' ? win32 : posix;
  const folder =
    system.platform === 'win32'
      ? win32.join(system.readVariable('APPDATA') ?? '', 'Adobe', 'After Effects')
      : posix.join(system.home, 'Library', 'Preferences', 'Adobe', 'After Effects');
  const found: { version: string; value: string | null }[] = [];
  for (const version of (await system.listNames(folder)) ?? []) {
    if (!/^\d+\.\d+$/.test(version)) continue;
    const file = paths.join(folder, version, `Adobe After Effects ${version} Prefs.txt`);
    const text = (await system.readBytes(file))?.toString('latin1');
    if (text === undefined) continue;
    found.push({
      version,
      value: new RegExp(`"${PREFERENCE}"\\s*=\\s*"(\\d+)"`).exec(text)?.[1] ?? null,
    });
  }
  return found;
}
