import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, posix, win32 } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostRemovalReport, Leftover } from '@renderdeck/domain';
import { readPath } from '../nexrender/read-path.ts';
import { isSamePath } from '../nexrender/same-path.mjs';
import { type RenderUser, runAs } from '../process/render-user.ts';
import { type Deletion, deleteTree } from './delete-tree.ts';
import { codeOf, missingIsNull } from './error-code.ts';
import { readMountPoints } from './mount-points.ts';

const ATTEMPT_ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/**
 * Removes the parts of outputs that an attempt left in output folders, after its processes are
 * proven dead. Never throws. A missing part is a success. Accepts only paths with the name that a
 * part of this attempt has, and never a link. An output folder that does not answer is left to a
 * later removal. Where renders run as another user, a folder is removed as that user: it may change
 * what we walk through, and must not lead us to what it could not delete.
 */
export async function removeParts(
  paths: readonly string[],
  attemptId: string,
  { budgetMs = 5000, user = null }: { budgetMs?: number; user?: RenderUser | null } = {},
): Promise<HostRemovalReport> {
  const startedAt = performance.now();
  const leftovers: Leftover[] = [];
  let files = 0;
  let bytes = 0;
  for (const path of paths) {
    const deletion: Deletion = { files: 0, bytes: 0, leftovers: [], moved: 0 };
    const leftMs = Math.max(0, budgetMs - (performance.now() - startedAt));
    const error = await answerWithin(leftMs, dirname(path), () =>
      removePart(path, attemptId, deletion, { user, leftMs }).catch(codeOf),
    );
    if (error !== null) leftovers.push({ path, error });
    files += deletion.files;
    bytes += deletion.bytes;
  }
  const timeToCleanMs = Math.round(performance.now() - startedAt);
  const goneAt = leftovers.length === 0 ? new Date().toISOString() : null;
  return { files, bytes, leftovers, timeToCleanMs, goneAt };
}

const SCANNED_MS = 100;
/** Folders in which a removal hangs. */
const silent = new Set<string>();
const LATE = Symbol('late');

/**
 * Each removal that hangs holds one of the few threads of this process, so a folder that does not
 * answer gets no second one.
 */
async function answerWithin(
  ms: number,
  folder: string,
  remove: () => Promise<string | null>,
): Promise<string | null> {
  const noAnswer = 'its folder did not answer';
  if (silent.has(folder)) return noAnswer;
  const removal = remove();
  const error = await Promise.race([removal, delay(ms, LATE, { ref: false })]);
  if (error !== LATE) return error;
  silent.add(folder);
  void removal.finally(() => silent.delete(folder));
  return noAnswer;
}

/** Both reports as one. The parts are removed after the scratch folder. */
export function addRemoval(
  before: HostRemovalReport | null,
  after: HostRemovalReport | null,
): HostRemovalReport | null {
  if (before === null || after === null) return before ?? after;
  const leftovers: readonly Leftover[] = [...before.leftovers, ...after.leftovers];
  return {
    files: before.files + after.files,
    bytes: before.bytes + after.bytes,
    leftovers,
    timeToCleanMs: before.timeToCleanMs + after.timeToCleanMs,
    goneAt: leftovers.length === 0 ? after.goneAt : null,
  };
}

/** Gives why the part was left; null when it is gone. */
async function removePart(
  path: string,
  attemptId: string,
  deletion: Deletion,
  { user, leftMs }: { user: RenderUser | null; leftMs: number },
): Promise<string | null> {
  if (!isPartOf(path, attemptId)) return `it is not named like a part of attempt ${attemptId}`;
  const folder = dirname(path);
  const real = await realpath(folder).catch(missingIsNull);
  if (real === null) return 'its folder is not there'; // perhaps a share that is not mounted now
  if (!isSamePath(real, folder)) return 'its folder is a link or lies below one';
  const found = await lstat(path, { bigint: true }).catch(missingIsNull);
  if (found === null) return null;
  if (!found.isFile() && !found.isDirectory()) return 'it is neither a file nor a folder';
  if (user !== null && found.isDirectory()) return await removeAs(user, path, deletion, leftMs);
  const fence = { device: found.dev, mountPoints: await readMountPoints() };
  const until = performance.now() + leftMs;
  await deleteTree(path, path, fence, deletion);
  // A virus scanner may have a new part open for a moment.
  while (process.platform === 'win32' && deletion.leftovers.length > 0) {
    if (performance.now() + SCANNED_MS > until) break;
    await delay(SCANNED_MS);
    deletion.leftovers = [];
    await deleteTree(path, path, fence, deletion);
  }
  const [first] = deletion.leftovers;
  if (first === undefined) return null;
  return first.path === path ? first.error : `${first.path}: ${first.error}`;
}

const REMOVE =
  'chmod -R u+rwX -- "$1"; find "$1" ! -type d -printf "%s\\n"; ' +
  'exec rm -rf --one-file-system -- "$1"';

/** `rm` enters no link and no other disk, even if somebody exchanges folders meanwhile. */
async function removeAs(
  user: RenderUser,
  path: string,
  deletion: Deletion,
  longestMs: number,
): Promise<string | null> {
  // A time of 0 would mean no limit.
  const command = ['/bin/sh', '-c', REMOVE, 'sh', path] as const;
  const { ok, output } = await runAs(user, command, Math.max(1, Math.round(longestMs)));
  if (!ok) return output.trim() || 'it could not be removed';
  const sizes = output.split('\n').filter(Boolean).map(Number);
  deletion.files += sizes.length;
  deletion.bytes += sizes.reduce((sum, size) => sum + size, 0);
  return null;
}

function isPartOf(path: string, attemptId: string): boolean {
  const name = basename(path);
  const end = `.${attemptId}.part`;
  const isNamed = name.startsWith('.') && name.endsWith(end) && name.length > end.length + 1;
  const place = readPath(path, process.platform === 'win32' ? win32 : posix);
  return place !== null && ATTEMPT_ID.test(attemptId) && isNamed;
}
