import { win32 } from 'node:path';
import type { HostFinding } from '@renderdeck/domain';
import type { System } from '@renderdeck/render-host';
import { ok, type Preparing, todo, unknown } from './preparing.ts';

const NAME = 'antivirus';
const DEFENDER = 'SOFTWARE\\Microsoft\\Windows Defender';
const OF_POLICIES = 'SOFTWARE\\Policies\\Microsoft\\Windows Defender';
const PATHS = 'Exclusions\\Paths';

/** Whether Microsoft Defender excludes the scratch root. No other antivirus can be asked. */
export async function findAntivirus(host: Preparing): Promise<readonly HostFinding[]> {
  const { config, system } = host;
  if (system.windows === null) return [];
  const { scratchRoot } = config;
  const step =
    `As an administrator, in PowerShell: Add-MpPreference -ExclusionPath "${scratchRoot}". ` +
    "Exclude it, and After Effects' disk cache, in any other antivirus by hand.";
  const excluded = await listExcluded(system);
  if (excluded === null)
    return [
      unknown(NAME, `Only an administrator may read what Microsoft Defender excludes. ${step}`),
    ];
  return excluded.some((folder) => isWithin(folder, scratchRoot))
    ? [ok(NAME, `Microsoft Defender excludes ${scratchRoot}. Check any other antivirus by hand.`)]
    : [todo(NAME, `Microsoft Defender looks at every file in ${scratchRoot}. ${step}`)];
}

/** Null when nothing answers. PowerShell prints a text of its own when it may not answer. */
async function listExcluded(system: System): Promise<readonly string[] | null> {
  const { registry } = system.windows ?? {};
  const kept = [DEFENDER, OF_POLICIES].map(
    (key) => registry?.listNames('HKLM', `${key}\\${PATHS}`) ?? null,
  );
  const listed = kept.filter((names) => names !== null).flat();
  if (listed.length > 0) return listed;
  const command = '(Get-MpPreference).ExclusionPath; "asked"';
  const said = await system.run('powershell.exe', ['-NoProfile', '-Command', command]);
  const lines = (said ?? '').split(/\r?\n/).map((line) => line.trim());
  if (!lines.includes('asked') || lines.some((line) => /^N\/A/.test(line))) return null;
  return lines.filter((line) => win32.isAbsolute(line));
}

/** Whether the path is the folder or below it. Windows ignores case in names. */
function isWithin(folder: string, path: string): boolean {
  const between = win32.relative(folder, path);
  return between === '' || (!between.startsWith('..') && !win32.isAbsolute(between));
}
