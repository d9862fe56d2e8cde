import type { RemovalReport, TreeRecord } from '@renderdeck/domain';
import {
  type AskedStop,
  type AttemptNews,
  findAttempt,
  saveAttempt,
  saveReports,
  saveTree,
} from '@renderdeck/store';
import { DONE, type Done, type Result, reject, type WorkerContext } from '../operation-context.ts';
import { changeWithoutLock } from './own-job.ts';

/** Saves where the files of an attempt are, before the folder is made. */
export async function recordScratch(
  context: WorkerContext,
  input: { readonly attemptId: string; readonly scratchPath: string },
): Promise<Done> {
  await saveAttempt(context.db, input.attemptId, { scratchPath: input.scratchPath });
  return DONE;
}

/**
 * Saves which part files of outputs the attempt may leave: before a part is made, and when a part
 * is gone. Rejected if the database does not know the attempt; nothing is saved then.
 */
export async function recordParts(
  context: WorkerContext,
  input: { readonly attemptId: string; readonly parts: readonly string[] },
): Promise<Result> {
  const { attemptId, parts } = input;
  const isKnown = await saveAttempt(context.db, attemptId, { parts });
  return isKnown ? DONE : reject({ code: 'unknownAttempt', attemptId });
}

/**
 * Saves how the processes of an attempt are recognised, before the first process does anything.
 * Processes that are found later come with a report. Returns the stop request of the job, if there
 * is one: then no process may begin its work. Rejected if the database does not know the attempt.
 */
export async function recordTree(
  context: WorkerContext,
  input: { readonly attemptId: string; readonly tree: TreeRecord },
): Promise<Result<{ readonly stop: AskedStop | null }>> {
  const { attemptId, tree } = input;
  const stop = await saveTree(context.db, attemptId, tree);
  return stop === false ? reject({ code: 'unknownAttempt', attemptId }) : { ok: true, stop };
}

/**
 * Saves what a host reports of its attempts while they run: the attempts in one statement, then the
 * lines of all in another. Returns the attempts that the database knows; nothing is saved of the
 * others.
 */
export async function recordReports(
  context: Pick<WorkerContext, 'db'>,
  input: { readonly reports: readonly AttemptNews[] },
): Promise<Done<{ readonly known: ReadonlySet<string> }>> {
  return { ok: true, known: await saveReports(context.db, input.reports) };
}

/**
 * Adds files that were removed after the attempt's end to the removal report of its receipt.
 * `parts`: the part files of outputs that were to be removed; not set if the scratch folder was
 * removed.
 */
export async function recordRemoval(
  context: Omit<WorkerContext, 'identity'>,
  input: {
    readonly attemptId: string;
    readonly removal: RemovalReport;
    readonly parts?: readonly string[];
  },
): Promise<Result> {
  const { attemptId, removal, parts } = input;
  const unknown = reject({ code: 'unknownAttempt', attemptId });
  const jobId = (await findAttempt(context.db, attemptId))?.jobId;
  if (jobId === undefined) return unknown;
  return await changeWithoutLock(context.db, jobId, ({ job, attempts }) => {
    const attempt = attempts.find(({ id }) => id === attemptId);
    if (attempt === undefined) return unknown;
    const before = attempt.removalReport;
    const isOfParts = (path: string) => attempt.parts.includes(path);
    // Leftovers of the other kind of removal stay in the report.
    const kept = (before?.leftovers ?? []).filter(
      ({ path }) => isOfParts(path) === (parts === undefined),
    );
    const removalReport = {
      ...removal,
      files: removal.files + (before?.files ?? 0),
      bytes: removal.bytes + (before?.bytes ?? 0),
      leftovers: [...kept, ...removal.leftovers],
    };
    const partsLeft =
      parts === undefined ? {} : { parts: removal.leftovers.map(({ path }) => path) };
    return {
      ok: true,
      change: {
        after: { ...job, version: job.version + 1 },
        line: { event: 'reportFiles', actor: context.host },
        attempt: { id: attemptId, change: { removalReport, ...partsLeft } },
      },
    };
  });
}
