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
 */
import {
  type AttemptReport,
  compareHosts,
  describeHost,
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
  nowMs,
  readUptime,
  removeParts,
  removeScratchFolder,
  reopenScratchFolder,
  stopProcessTree,
} from '@renderdeck/render-host';
import { readAttemptHost, readTreeRecord } from '../attempt/read-tree-record.ts';
import { settle } from '../attempt/settle-output.ts';
import type { WorkerConfig } from '../config.ts';
import { CLEAN_WITHIN_MS, type Worker } from '../worker.ts';

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
  const ranOn = readAttemptHost(orphan);
  const times = { uptimeMs: readUptime(), sinceHeardMs: orphan.sinceHeardMs };
  const { relation, sentence } = compareHosts(ranOn, context.identity, times);
  if (relation !== 'same' && relation !== 'rebooted') {
    const why = `it ran on ${describeHost(ranOn)}. ${sentence}`;
    const reason = `${context.host} cannot prove its end: ${why}`;
    log.error({ attempt, relation, why }, 'the end of an attempt cannot be proven here');
    await leaveOpen(worker, orphan, { reason, stopReport: null });
    return true;
  }
  const record = readTreeRecord(orphan, context.identity);
  const hostRebooted = relation === 'rebooted';
  const options = { graceMs: 0, hostRebooted, endStrays: config.endStrays };
  const stopReport = await stopProcessTree(record, options).catch((error: unknown) => {
    // When the search for one orphan fails, the other orphans must still be ended.
    log.error({ err: error, attempt }, 'an orphan could not be searched for');
    return null;
  });
  if (stopReport === null) return false;
  const provenAt = nowMs();
  const { survivors, processes, proof } = stopReport;
  if (!provesEnd(stopReport)) {
    log.error({ attempt, survivors }, 'an orphan survives, trying again');
    await leaveOpen(worker, orphan, { reason: null, stopReport });
    return false;
  }
  const deadMsAgo = () => (proof === 'rebooted' ? readUptime() : nowMs() - provenAt);
  const told = await settleEntry(worker, orphan, stopReport, deadMsAgo());
  const scratch = await removeFiles({ config, log }, orphan);
  const removalReport = addRemoval(scratch, await removeOwnParts(worker, orphan));
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
  const known = entry?.report.publications ?? null;
  if (entry === null || known === null || provesEnd(entry.report.stopReport)) return null;
  const { publications, allPublished } =
    entry.pending === null
      ? { publications: known, allPublished: orphan.allPublished }
      : await settle(worker, orphan.id, known, entry.pending);
  const report = { ...entry.report, publications, output: outputOf(publications) };
  const end = { kind: 'completed' } as const;
  const deadAt = new Date(Date.now() - deadMsAgo).toISOString();
  // Nobody knows whether a signal came first, so a requested stop counts as carried out.
  const ended = { end, signalled: true, stopReport, deadAt };
  const told = allPublished ? { ...report, ...ended } : report;
  await worker.journal.save(told);
  return told;
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
  attempt: AttemptRow,
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
