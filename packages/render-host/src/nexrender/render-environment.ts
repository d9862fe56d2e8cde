import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { RenderUser } from '../process/render-user.ts';
import type { ScratchFolder } from '../scratch/scratch-folder.ts';

/**
 * Variables that a render must not get: the database, secrets and settings of the daemon, and what
 * changes the behaviour of nexrender.
 */
const REMOVED =
  /^(DATABASE_URL|PG[A-Z]+|RENDERDECK_(?!STAND_IN_).*|NODE_OPTIONS|NODE_CHANNEL_.*|NEXRENDER_.*)$/;

/** What belongs to the user of the daemon alone. */
const OF_ONE_USER =
  /^(HOME|USER|LOGNAME|MAIL|XDG_.*|DBUS_.*|SSH_.*|SUDO_.*|CREDENTIALS_DIRECTORY)$/;

/**
 * The daemon's environment without its secrets, with all temporary files in the scratch folder and
 * the names of the user that renders.
 */
export function makeRenderEnvironment(
  base: Record<string, string | undefined>,
  scratch: Pick<ScratchFolder, 'tempPath'>,
  user: RenderUser | null = null,
): Record<string, string> {
  const ffmpeg = findFfmpeg(base);
  const kept = Object.entries(base).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !REMOVED.test(entry[0]) &&
      (user === null || !OF_ONE_USER.test(entry[0])),
  );
  return {
    ...Object.fromEntries(kept),
    ...(user === null ? {} : { HOME: user.home, USER: user.name, LOGNAME: user.name }),
    ...(ffmpeg === undefined ? {} : { NEXRENDER_FFMPEG: ffmpeg }),
    TMPDIR: scratch.tempPath,
    TEMP: scratch.tempPath,
    TMP: scratch.tempPath,
    // Without it a log stays outside of the job's folder.
    NEXRENDER_ENABLE_AELOG_PROJECT_FOLDER: '1',
    // nexrender's own limit of 3 minutes ends large downloads; the daemon has limits of its own.
    NEXRENDER_DOWNLOAD_TIMEOUT: base.NEXRENDER_DOWNLOAD_TIMEOUT ?? String(7 * 24 * 60 * 60 * 1000),
  };
}

function findFfmpeg(base: Record<string, string | undefined>): string | undefined {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const searched = (base.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return (base.NEXRENDER_FFMPEG === undefined ? searched : [base.NEXRENDER_FFMPEG]).find((path) =>
    existsSync(path),
  );
}
