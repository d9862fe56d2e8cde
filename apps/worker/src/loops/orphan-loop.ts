/*
 * Ends the renders that an earlier daemon of this host left: before any claim, and every minute.
 *
 * 1. Read this host's attempts without a proof, by its host id: attempts of an earlier daemon, and
 *    attempts that this daemon lost. An attempt with a report in the journal is left to the journal
 *    loop, because the report says more than a search can.
 * 2. Compare the host of each attempt with this host (compareHosts of domain). If its processes are
 *    not visible here, write that on the attempt and leave it: only its own host can prove its end.
 * 3. End each tree by its record: identity, members, tree marker. Signal only processes that are
 *    proven to belong to the attempt.
 * 4. Only with a proof: find out what is out (settle-output.ts), and write it into the journal.
 * 5. Remove the scratch folder and the parts of outputs, and report all of it. This gives back a
 *    job that the attempt still holds, and confirms an unconfirmed receipt. An attempt that had put
 *    everything out is reported as completed.
 * 6. An attempt whose job a failover lost is in no row. Its entry of the journal has what is needed
 *    for 2 to 5, and its report goes into the journal.
 */
import { join } from 'node:path';
import {
  type AttemptReport,
  type HostRemovalReport,
  type HostStopReport,
  outputOf,
  provesEnd,
  type StopReport,
} from '@renderdeck/domain';
import {
  type AttemptRow,
  findUnconfirmedAttempts,
  type Orphan,
  readIncarnation,
  recordParts,
  recordUnproven,
  reportOrphan,
  restoreAttempt,
  type Unproven,
} from '@renderdeck/operations';
import {
  addRemoval,
  removeParts,
  removeScratchFolder,
  reopenScratchFolder,
} from '@renderdeck/render-host';
import type { JournalEntry } from '../attempt/parse-entry.ts';
import { settle } from '../attempt/settle-output.ts';
import type { WorkerConfig } from '../config.ts';
import { CLEAN_WITHIN_MS, type Worker } from '../worker.ts';
import { endLeftTree } from './end-left-tree.ts';

/**
 * Ends, cleans and reports the renders that earlier daemons left. Returns how many could not be
 * ended. An attempt whose processes are not visible here is not counted, because it uses nothing of
 * this host.
 */
export async function recoverOrphans(worker: Recoverer): Promise<number> {
  const { attempts, context, journal } = worker;
  let left = 0;
  // An attempt that runs now, or ran before the query, reports its own end.
  const running = new Set(attempts.ids());
  const orphans = await findUnconfirmedAttempts(context.db, ownerOf(context));
  // Read after the orphans, so that a promotion in between is seen. The journal comes first.
  const incarnation = orphans.length === 0 ? '' : await readIncarnation(context.db);
  for (const attemptId of journal.ofLostJobs)
    if (!(await endOfLostJob(worker, attemptId))) left += 1;
  for (const orphan of orphans) {
    if (running.has(orphan.id) || attempts.get(orphan.id) !== null) continue;
    if (journal.hasUnsent(orphan.id, incarnation)) continue;
    if (!(await endOrphan(worker, orphan))) left += 1;
  }
  return left;
}

type Recoverer = Pick<Worker, 'context' | 'attempts' | 'journal' | 'log' | 'renderUser'> & {
  readonly config: Pick<WorkerConfig, 'scratchRoot' | 'endStrays'>;
};

function ownerOf({ host, identity, workerId }: Worker['context']) {
  return { host, hostId: identity.hostId, workerId };
}

/** False until there is a proof that no process of the attempt is left here. */
async function endOrphan(worker: Recoverer, orphan: Orphan): Promise<boolean> {
  const { config, context, log } = worker;
  const attempt = orphan.id;
  const tree = await endLeftTree(worker, orphan);
  if (tree.kind === 'failed') return false;
  if (tree.kind === 'elsewhere') {
    await leaveOpen(worker, orphan, { reason: tree.reason, stopReport: null });
    return true;
  }
  const { stopReport } = tree;
  if (tree.kind === 'survives') {
    await leaveOpen(worker, orphan, { reason: null, stopReport });
    return false;
  }
  const { deadMsAgo } = tree;
  const { processes, proof } = stopReport;
  const told = await settleEntry(worker, orphan, stopReport, deadMsAgo());
  const scratch = await removeFiles({ config, log }, orphan);
  // A failover may have taken parts off record that the journal knows.
  const known = (await worker.journal.read(attempt))?.parts ?? [];
  const parts = [...new Set([...orphan.parts, ...known])];
  const removalReport = addRemoval(scratch, await removeOwnParts(worker, { ...orphan, parts }));
  const ended = { stopReport, removalReport, deadMsAgo: deadMsAgo() };
  if (told?.end.kind === 'completed') await complete(worker, { ...told, removalReport }, ended);
  else
    await reportOrphan(context, {
      attempt: { jobId: orphan.jobId, attemptId: attempt },
      // Without an entry, this host knows no more of the output than the database.
      reports: {
        ...ended,
        output: told?.output ?? 'none',
        publications: told?.publications ?? null,
      },
    });
  log.warn(
    { attempt, processes: processes.length, proof, files: removalReport?.files },
    'what an earlier daemon left was ended',
  );
  return true;
}

/**
 * Does the same for an attempt whose job the database has lost. Its report goes into the journal,
 * which tells what it had put out (lostOutputOf of domain).
 */
async function endOfLostJob(worker: Recoverer, attemptId: string): Promise<boolean> {
  const { config, context, journal, log, renderUser } = worker;
  const entry = await journal.read(attemptId);
  if (entry === null || provesEnd(entry.report.stopReport)) {
    journal.ofLostJobs.delete(attemptId);
    return true;
  }
  const { jobId, identity, treeMarker } = entry.report;
  const sinceHeardMs = Math.max(0, Date.now() - Date.parse(entry.savedAt));
  const left = { id: attemptId, jobId, hostId: identity.hostId, hostIdentity: identity };
  const tree = await endLeftTree(worker, { ...left, treeMarker, tree: null, sinceHeardMs });
  if (tree.kind !== 'ended') return tree.kind === 'elsewhere';
  const { stopReport, deadMsAgo } = tree;
  const { report } = await look(worker, entry, false);
  await journal.save(report, null, entry.parts);
  const scratchPath = join(config.scratchRoot, `attempt-${attemptId}`);
  const scratch = await removeFiles({ config, log }, { id: attemptId, scratchPath });
  const options = { budgetMs: CLEAN_WITHIN_MS, user: renderUser };
  const parts =
    entry.parts.length === 0 ? null : await removeParts(entry.parts, attemptId, options);
  const removalReport = addRemoval(scratch, parts);
  const deadAt = new Date(Date.now() - deadMsAgo()).toISOString();
  const ended = { stopReport, removalReport, signalled: true, deadAt };
  if (!(await journal.save({ ...report, ...ended }))) return false;
  journal.ofLostJobs.delete(attemptId);
  log.warn(
    { attempt: attemptId, job: jobId, host: context.host, files: removalReport?.files },
    'what an earlier daemon left of a lost job was ended',
  );
  return true;
}

/**
 * Looks what the attempt has put out, as far as the journal says what it could put out. The journal
 * keeps the answer, because the parts are removed next. Null when it has no entry.
 */
async function settleEntry(
  worker: Recoverer,
  orphan: Orphan,
  stopReport: HostStopReport,
  deadMsAgo: number,
): Promise<AttemptReport | null> {
  const entry = await worker.journal.read(orphan.id);
  if (entry === null || entry.report.publications === null || provesEnd(entry.report.stopReport))
    return null;
  const { report, allPublished } = await look(worker, entry, orphan.allPublished);
  const end = { kind: 'completed' } as const;
  const deadAt = new Date(Date.now() - deadMsAgo).toISOString();
  // Nobody knows whether a signal came first, so a requested stop counts as carried out.
  const ended = { end, signalled: true, stopReport, deadAt };
  const told = allPublished ? { ...report, ...ended } : report;
  await worker.journal.save(told, null, entry.parts);
  return told;
}

/** The report of an entry with what is out by now, and whether that is everything. */
async function look(worker: Recoverer, { report, pending }: JournalEntry, allOnRecord: boolean) {
  const known = report.publications;
  if (known === null || pending === null) return { report, allPublished: allOnRecord };
  const { publications, allPublished } = await settle(worker, report.attemptId, known, pending);
  return { report: { ...report, publications, output: outputOf(publications) }, allPublished };
}

/** Reports an attempt of which everything is out as completed. The job needs no other render. */
async function complete(
  { context, journal }: Recoverer,
  report: AttemptReport,
  { deadMsAgo }: { readonly deadMsAgo: number },
): Promise<void> {
  await journal.save(report);
  const restored = await restoreAttempt(context, { report, deadMsAgo, confirmedMsAgo: 0 });
  if (restored.ok && journal.incarnation !== null)
    await journal.markSent(report, journal.incarnation);
}

/** Saves why the end of an attempt is not proven, if the reason has changed. */
async function leaveOpen(
  { context }: Recoverer,
  { id, jobId, unprovenReason, stopReport }: Orphan,
  found: Unproven,
): Promise<void> {
  const pids = (report: StopReport | null) => report?.survivors.map(({ pid }) => pid).join();
  const isSearched = found.stopReport !== null && pids(found.stopReport) !== pids(stopReport);
  if (isSearched || found.reason !== unprovenReason)
    await recordUnproven(context, { attempt: { jobId, attemptId: id }, ...found });
}

async function removeFiles(
  { config, log }: Pick<Recoverer, 'config' | 'log'>,
  attempt: Pick<AttemptRow, 'id' | 'scratchPath'>,
): Promise<HostRemovalReport | null> {
  if (attempt.scratchPath === null) return null;
  const scratch = await reopenScratchFolder(config.scratchRoot, attempt.scratchPath, attempt.id);
  if (!('refused' in scratch))
    return await removeScratchFolder(scratch, { budgetMs: CLEAN_WITHIN_MS });
  log.error({ attempt: attempt.id, refused: scratch.refused }, 'a scratch folder was left alone');
  return {
    files: 0,
    bytes: 0,
    leftovers: [{ path: attempt.scratchPath, error: scratch.refused }],
    timeToCleanMs: 0,
    goneAt: null,
  };
}

async function removeOwnParts(
  { context, renderUser }: Pick<Worker, 'context' | 'renderUser'>,
  { id: attemptId, parts }: AttemptRow,
): Promise<HostRemovalReport | null> {
  if (parts.length === 0) return null;
  const removal = await removeParts(parts, attemptId, {
    budgetMs: CLEAN_WITHIN_MS,
    user: renderUser,
  });
  await recordParts(context, { attemptId, parts: removal.leftovers.map(({ path }) => path) });
  return removal;
}
