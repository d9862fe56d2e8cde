import { findAttempt, findAttemptsWithParts, recordRemoval } from '@renderdeck/operations';
import {
  findLeftovers,
  removeParts,
  removeScratchFolder,
  removeUpload,
  takeExpired,
} from '@renderdeck/render-host';
import type { HostHealth } from '../host/host-health.ts';
import { PartsSchedule } from '../host/parts-schedule.ts';
import { readCredentials } from '../host/read-credentials.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const EVERY_MS = 10 * 60 * 1000;
const FIRST_RETRY_MS = 5000;
/** A later turn tries again, so one turn spends only a short time on each folder. */
const TRY_FOR_MS = 1000;
/** So many folders of failed attempts are kept at most. */
const MOST_KEPT = 10;
const ATTEMPT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Sweeper = Pick<Worker, 'config' | 'store'> & Partial<Pick<Worker, 'attempts'>>;

/** Lists scratch folders of attempts that are over, by the database. Changes nothing. */
export function findOver({ config, store, attempts }: Sweeper) {
  return findLeftovers(config.scratchRoot, async (attemptId) => {
    // This name is no attempt id, so Renderdeck did not make the folder.
    if (!ATTEMPT_ID.test(attemptId)) return false;
    if (attempts !== undefined && attempts.get(attemptId) !== null) return false;
    const attempt = await findAttempt(store.db, attemptId);
    // An attempt that an admin declared is over too: its files must not stay for ever.
    return attempt !== null && (attempt.confirmedAt ?? attempt.declaredAt) !== null;
  });
}

/** Removes parts that attempts of this host left. Returns how many attempts still have parts. */
async function sweepParts(
  worker: Pick<Worker, 'config' | 'context' | 'log' | 'renderUser'>,
  schedule: PartsSchedule,
): Promise<number> {
  const { context, log, renderUser } = worker;
  const uploads = (part: string, ms: number) => removeOwnUpload(worker, part, ms);
  const own = { host: context.host, hostId: context.identity.hostId };
  const withParts = await findAttemptsWithParts(context.db, own);
  schedule.keep(new Set(withParts.map(({ id }) => id)));
  let left = 0;
  for (const { id: attemptId, parts } of withParts) {
    if (!schedule.isDue(attemptId, performance.now())) {
      left += 1;
      continue;
    }
    const options = { budgetMs: TRY_FOR_MS, user: renderUser, uploads };
    const removal = await removeParts(parts, attemptId, options);
    const { files, leftovers } = removal;
    if (leftovers.length < parts.length)
      await recordRemoval(context, { attemptId, removal, parts });
    const removed = { attempt: attemptId, files, leftovers };
    if (leftovers.length === 0) {
      log.warn(removed, 'left parts of outputs were swept');
      continue;
    }
    left += 1;
    const nextTryMs = schedule.postpone(attemptId, performance.now());
    log.warn({ ...removed, nextTryMs }, 'parts of outputs are left; `worker sweep` tries at once');
  }
  return left;
}

/** Removes a temporary upload with the logins that this host has now. */
async function removeOwnUpload(
  { config, renderUser }: Pick<Worker, 'config' | 'renderUser'>,
  part: string,
  withinMs: number,
): Promise<string | null> {
  const read = await readCredentials(config.credentialsFile);
  if (!read.ok) return read.sentence;
  const { credentials } = read;
  const { addresses } = config;
  return await removeUpload(part, { credentials, addresses, user: renderUser }, withinMs);
}

/**
 * Deletes leftover folders and parts of attempts that are over, and the folders of failed attempts
 * that were kept long enough: at the start, when an attempt left files, when the disk has too
 * little space, and every ten minutes. After a failure the pause is five seconds and doubles each
 * time. For parts it grows up to a day, because an output folder may be gone for good. Files that
 * remain stay on the attempt's removal report and are counted on the host's row.
 */
export function sweepLoop(worker: Worker, health: HostHealth) {
  let retryMs = FIRST_RETRY_MS;
  let someLeft = false;
  const schedule = new PartsSchedule();
  const loop = runPeriodically(
    () => (someLeft ? Math.min(retryMs, EVERY_MS) : EVERY_MS),
    async () => {
      if (health.isDiskLow) await worker.cache?.files.giveWay();
      const expired = await takeExpired(worker.config.scratchRoot, {
        keepMs: worker.config.keepFailedMs,
        most: health.isDiskLow ? 0 : MOST_KEPT,
      });
      const { folders: over, refused } = await findOver(worker);
      const known = new Set(over.map(({ attemptId }) => attemptId));
      const folders = [...over, ...expired.filter(({ attemptId }) => !known.has(attemptId))];
      let left = refused.length + (await sweepParts(worker, schedule));
      for (const folder of folders) {
        const removal = await removeScratchFolder(folder, { budgetMs: TRY_FOR_MS });
        await worker.journal.addRemoval(folder.attemptId, removal);
        await recordRemoval(worker.context, { attemptId: folder.attemptId, removal });
        if (removal.leftovers.length > 0) left += 1;
        worker.log.warn(
          { attempt: folder.attemptId, files: removal.files, leftovers: removal.leftovers },
          'left files were swept',
        );
      }
      for (const folder of refused) worker.log.error(folder, 'a folder was left alone');
      retryMs = someLeft && left > 0 ? retryMs * 2 : FIRST_RETRY_MS;
      someLeft = left > 0;
      health.leftoverFolders = left;
    },
    (error) => worker.log.error({ err: error }, 'sweep failed'),
  );
  return loop;
}
