import { basename, dirname, posix, win32 } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostRemovalReport, Leftover } from '@renderdeck/domain';
import { codeOf } from '../paths/error-code.mjs';
import { readPath } from '../paths/read-path.ts';
import type { RenderUser } from '../process/render-user.ts';
import { isRemotePart, readRemotePart } from '../transfers/remote-part.mjs';
import { beginDeletion, type Deletion } from './delete-tree.mjs';
import { doesAnswer } from './find-silent-folder.ts';
import { removePartAs, START_MS } from './remove-as-user.ts';
import { removePart } from './remove-part.mjs';

const ATTEMPT_ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;

const REMOVED_NEXT = 'it is on a server, and is removed next';

export type RemovalOptions = {
  readonly budgetMs?: number;
  readonly user?: RenderUser | null;
  /**
   * Removes a temporary upload; null: it is left, because a server may be slow. Returns why it was
   * left.
   */
  readonly uploads?: ((part: string, withinMs: number) => Promise<string | null>) | null;
};

/**
 * Removes the parts of outputs that an attempt left in output folders, after its processes are
 * proven dead. Never throws. A part that is missing counts as removed. Accepts only paths that have
 * the name of a part of this attempt, and no link. When an output folder does not answer, a later
 * removal tries again. If renders run as another user, each part is examined and removed as that
 * user: the user may exchange all names there, and root must delete nothing that the user could
 * not.
 */
export async function removeParts(
  paths: readonly string[],
  attemptId: string,
  { budgetMs = 5000, user = null, uploads = null }: RemovalOptions = {},
): Promise<HostRemovalReport> {
  const startedAt = performance.now();
  const leftovers: Leftover[] = [];
  let files = 0;
  let bytes = 0;
  for (const path of paths) {
    const deletion = beginDeletion();
    const leftMs = Math.max(0, budgetMs - (performance.now() - startedAt));
    const error = !isPartOf(path, attemptId)
      ? `it is not named like a part of attempt ${attemptId}`
      : isRemotePart(path)
        ? ((await uploads?.(path, leftMs)) ?? (uploads === null ? REMOVED_NEXT : null))
        : await removeWithin(path, deletion, leftMs, user);
    if (error !== null) leftovers.push({ path, error });
    files += deletion.files;
    bytes += deletion.bytes;
  }
  const timeToCleanMs = Math.round(performance.now() - startedAt);
  const goneAt = leftovers.length === 0 ? new Date().toISOString() : null;
  return { files, bytes, leftovers, timeToCleanMs, goneAt };
}

const LEAST_ANSWER_MS = 500;
/** The folders in which a removal hangs now. */
const silent = new Set<string>();
const LATE = Symbol('late');
const NO_ANSWER = 'its folder did not answer';

/** Removes a part. For another user, a program does it. Else the folder must answer first. */
async function removeWithin(
  path: string,
  deletion: Deletion,
  ms: number,
  user: RenderUser | null,
): Promise<string | null> {
  const folder = dirname(path);
  if (silent.has(folder)) return NO_ANSWER;
  if (user !== null)
    return await answerWithin(ms + START_MS, folder, () => removePartAs(user, path, deletion, ms));
  const answers = await doesAnswer(folder, Math.max(ms, LEAST_ANSWER_MS)).catch(() => false);
  if (!answers) return NO_ANSWER;
  // The last try of a removal begins within its time and may end a little later.
  return await answerWithin(ms + LEAST_ANSWER_MS, folder, () =>
    removePart(path, deletion, performance.now() + ms).catch(codeOf),
  );
}

/**
 * A removal that hangs uses one of the few threads of this process, or a program. So a folder that
 * does not answer gets no second removal.
 */
async function answerWithin(
  ms: number,
  folder: string,
  remove: () => Promise<string | null>,
): Promise<string | null> {
  const removal = remove();
  const error = await Promise.race([removal, delay(ms, LATE, { ref: false })]);
  if (error !== LATE) return error;
  silent.add(folder);
  void removal.finally(() => silent.delete(folder));
  return NO_ANSWER;
}

/** Joins both reports. The parts are removed after the scratch folder. */
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

function isPartOf(path: string, attemptId: string): boolean {
  const isRemote = isRemotePart(path);
  const name = isRemote ? (readRemotePart(path)?.name ?? '') : basename(path);
  const end = `.${attemptId}.part`;
  const isNamed = name.startsWith('.') && name.endsWith(end) && name.length > end.length + 1;
  const place = isRemote ? name : readPath(path, process.platform === 'win32' ? win32 : posix);
  return place !== null && ATTEMPT_ID.test(attemptId) && isNamed;
}
