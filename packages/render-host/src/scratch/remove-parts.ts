import { basename, dirname, posix, win32 } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostRemovalReport, Leftover } from '@renderdeck/domain';
import { readPath } from '../nexrender/read-path.ts';
import type { RenderUser } from '../process/render-user.ts';
import { beginDeletion } from './delete-tree.mjs';
import { codeOf } from './error-code.mjs';
import { removePartAs, START_MS } from './remove-as-user.ts';
import { removePart } from './remove-part.mjs';

const ATTEMPT_ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/**
 * Removes the parts of outputs that an attempt left in output folders, after its processes are
 * proven dead. Never throws. A missing part is a success. Accepts only paths with the name that a
 * part of this attempt has, and never a link. An output folder that does not answer is left to a
 * later removal. Where renders run as another user, each part is looked at and removed as that user
 * alone: it may exchange all names there, and must not lead us to what it could not delete.
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
    const deletion = beginDeletion();
    const leftMs = Math.max(0, budgetMs - (performance.now() - startedAt));
    const error = isPartOf(path, attemptId)
      ? await answerWithin(user === null ? leftMs : leftMs + START_MS, dirname(path), () =>
          user === null
            ? removePart(path, deletion, performance.now() + leftMs).catch(codeOf)
            : removePartAs(user, path, deletion, leftMs),
        )
      : `it is not named like a part of attempt ${attemptId}`;
    if (error !== null) leftovers.push({ path, error });
    files += deletion.files;
    bytes += deletion.bytes;
  }
  const timeToCleanMs = Math.round(performance.now() - startedAt);
  const goneAt = leftovers.length === 0 ? new Date().toISOString() : null;
  return { files, bytes, leftovers, timeToCleanMs, goneAt };
}

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

function isPartOf(path: string, attemptId: string): boolean {
  const name = basename(path);
  const end = `.${attemptId}.part`;
  const isNamed = name.startsWith('.') && name.endsWith(end) && name.length > end.length + 1;
  const place = readPath(path, process.platform === 'win32' ? win32 : posix);
  return place !== null && ATTEMPT_ID.test(attemptId) && isNamed;
}
