import { posix, win32 } from 'node:path';
import { asOwnUser } from '../process/looks.ts';
import type { RenderUser } from '../process/render-user.ts';
import type { ScratchFolder } from '../scratch/scratch-folder.ts';
import { readEnvironment } from '../system/config.ts';

/**
 * The variables that a render must not get: the database, the secrets and settings of the daemon,
 * and variables that change how nexrender works.
 */
const REMOVED_VARIABLES =
  /^(DATABASE_URL|PG[A-Z]+|RENDERDECK_(?!STAND_IN_).*|NODE_OPTIONS|NODE_CHANNEL_.*|NEXRENDER_.*)$/;

/** The variables of nexrender that a render gets as they are set. */
const KEPT_OF_NEXRENDER = ['NEXRENDER_FFMPEG', 'NEXRENDER_DOWNLOAD_TIMEOUT'];

/** The variables of nexrender that are set and have no effect. */
export function unusedNexrenderVariables(environment: Variables = readEnvironment()): string[] {
  return Object.keys(environment).filter((variable) => {
    const name = variable.toUpperCase();
    return name.startsWith('NEXRENDER_') && !KEPT_OF_NEXRENDER.includes(name);
  });
}

const FFMPEG_WITHIN_MS = 5000;
const LONGEST_DOWNLOAD_MS = 7 * 24 * 60 * 60 * 1000;

/** Variables that belong to the daemon's own user. */
const USER_VARIABLES =
  /^(HOME|USER|LOGNAME|MAIL|XDG_.*|DBUS_.*|SSH_.*|SUDO_.*|CREDENTIALS_DIRECTORY)$/;

type Variables = Record<string, string | undefined>;

/**
 * The daemon's environment without its secrets, with all temporary files in the scratch folder and
 * with the names of the user that renders. Windows reads `Path` and `PATH` as one variable, so a
 * variable of the daemon is dropped if one of ours differs only in case. USERPROFILE and APPDATA
 * stay: After Effects keeps its preferences there, and its licence belongs to that user.
 */
export async function makeRenderEnvironment(
  base: Variables,
  scratch: Pick<ScratchFolder, 'tempPath'>,
  user: RenderUser | null = null,
  platform: NodeJS.Platform = process.platform,
): Promise<Record<string, string>> {
  const nameOf = (name: string) => (platform === 'win32' ? name.toUpperCase() : name);
  const variables = new Map(Object.entries(base).map(([name, value]) => [nameOf(name), value]));
  const ffmpeg = await findFfmpeg(variables, platform);
  const own: Record<string, string> = {
    ...(user === null ? {} : { HOME: user.home, USER: user.name, LOGNAME: user.name }),
    ...(ffmpeg === undefined ? {} : { NEXRENDER_FFMPEG: ffmpeg }),
    TMPDIR: scratch.tempPath,
    TEMP: scratch.tempPath,
    TMP: scratch.tempPath,
    // Without this, After Effects' log is written outside of the job's folder.
    NEXRENDER_ENABLE_AELOG_PROJECT_FOLDER: '1',
    // nexrender's own limit of 3 minutes would end large downloads. The daemon has its own limits.
    NEXRENDER_DOWNLOAD_TIMEOUT:
      variables.get('NEXRENDER_DOWNLOAD_TIMEOUT') ?? String(LONGEST_DOWNLOAD_MS),
  };
  const kept = Object.entries(base).filter((entry): entry is [string, string] => {
    const name = nameOf(entry[0]);
    const isOfOthers = user !== null && USER_VARIABLES.test(name);
    return entry[1] !== undefined && !REMOVED_VARIABLES.test(name) && !(name in own) && !isOfOthers;
  });
  return { ...Object.fromEntries(kept), ...own };
}

/** How long the download of one source may take in a render with this environment. */
export function readDownloadLimit({ NEXRENDER_DOWNLOAD_TIMEOUT: ms }: Variables): number {
  return Number(ms) > 0 ? Math.min(Number(ms), LONGEST_DOWNLOAD_MS) : LONGEST_DOWNLOAD_MS;
}

/**
 * Returns the ffmpeg of the setting, or else the first ffmpeg in PATH. A relative folder in PATH is
 * ignored. Returns none when a folder does not answer in time.
 */
export async function findFfmpeg(
  variables: ReadonlyMap<string, string | undefined>,
  platform: NodeJS.Platform,
): Promise<string | undefined> {
  const given = variables.get('NEXRENDER_FFMPEG');
  return await findFirst(given === undefined ? inPath(variables, 'ffmpeg', platform) : [given]);
}

/** Returns the ffprobe beside ffmpeg, or else the first one in PATH, as findFfmpeg does. */
export async function findFfprobe(
  variables: ReadonlyMap<string, string | undefined>,
  platform: NodeJS.Platform,
): Promise<string | null> {
  const { dirname, join } = systemOf(platform);
  const ffmpeg = variables.get('NEXRENDER_FFMPEG');
  const beside =
    ffmpeg === undefined ? [] : [join(dirname(ffmpeg), programName('ffprobe', platform))];
  return (await findFirst([...beside, ...inPath(variables, 'ffprobe', platform)])) ?? null;
}

async function findFirst(paths: readonly string[]): Promise<string | undefined> {
  const found = await asOwnUser.ask('findFile', [paths], FFMPEG_WITHIN_MS).catch(() => null);
  return found ?? undefined;
}

/** The paths that a program may have in PATH. */
function inPath(
  variables: ReadonlyMap<string, string | undefined>,
  name: string,
  platform: NodeJS.Platform,
): string[] {
  const { delimiter, isAbsolute, join } = systemOf(platform);
  const path = variables.get('PATH') ?? '';
  return (
    path
      .split(delimiter)
      // Windows allows quotes around a folder of PATH.
      .map((folder) => folder.replace(/^"(.*)"$/, '$1'))
      .filter((folder) => isAbsolute(folder))
      .map((folder) => join(folder, programName(name, platform)))
  );
}

const systemOf = (platform: NodeJS.Platform) => (platform === 'win32' ? win32 : posix);
const programName = (name: string, platform: NodeJS.Platform) =>
  platform === 'win32' ? `${name}.exe` : name;
