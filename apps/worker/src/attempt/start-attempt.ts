/* The first two stages of run-attempt.ts. */
import { createRedactor, type FailureKind } from '@renderdeck/domain';
import { readSecrets, recordScratch, recordTree, type WholeJob } from '@renderdeck/operations';
import {
  CacheSession,
  checkJobHere,
  createScratchFolder,
  findCredentials,
  makeTreeGroup,
  type Publishing,
  type RenderOptions,
  type ScratchFolder,
  startRender,
} from '@renderdeck/render-host';
import { errorMessage } from '../error-message.ts';
import { ownerTag } from '../host/host-health.ts';
import { readCredentials, secretsOf } from '../host/read-credentials.ts';
import { retryUntilDeadline } from '../retry-until-deadline.ts';
import { answerPublishing } from './answer-publishing.ts';
import type { AttemptRun, Prepared, PreparedRun, StartedRun } from './attempt-run.ts';
import { NO_JOURNAL, openReport } from './open-report.ts';
import type { RunningAttempt } from './running-attempts.ts';

/**
 * Reads the job's secrets and checks the job by the rules of this host. Then it records the path of
 * a scratch folder and creates the folder.
 */
export async function prepare(run: AttemptRun): Promise<PreparedRun> {
  const { worker, attempt } = run;
  const { config, attemptContext: context } = worker;
  const { attemptId, treeMarker } = attempt.job;
  const whole = await readWholeJob(run);
  if (whole === null) return { ...run, prepared: null };
  const { nexrenderJob, secretTexts } = whole;
  const checked = await checkJobHere(nexrenderJob, config, config.pathMap);
  if (!checked.ok) {
    const redact = createRedactor(nexrenderJob, secretTexts);
    fail(attempt, redact(checked.sentence), checked.kind);
    return { ...run, prepared: null };
  }
  const logins = await readLogins(config.credentialsFile, checked.job);
  if (!logins.ok) {
    fail(attempt, logins.sentence, logins.kind);
    return { ...run, prepared: null };
  }
  const { credentials } = logins;
  try {
    // Before the first file: a database that loses the attempt knows nothing of its folder.
    if (!(await worker.journal.save(openReport(run)))) throw new Error(NO_JOURNAL);
    const record = async (path: string) => {
      await retryUntilDeadline('scratch folder', worker, () =>
        recordScratch(context, { attemptId, scratchPath: path }),
      );
    };
    const user = worker.renderUser;
    const owner = user === null ? null : { uid: user.uid, gid: makeTreeGroup(treeMarker) };
    const scratch = await createScratchFolder(config.scratchRoot, attemptId, record, owner);
    const secrets = [...secretTexts, ...secretsOf(credentials)];
    const job = { nexrenderJob: checked.job, secretTexts: secrets, credentials };
    return { ...run, prepared: { ...job, scratch, cache: openSession(run, scratch) } };
  } catch (error) {
    const sentence = `No scratch folder could be made on ${config.name}: ${errorMessage(error)}`;
    fail(attempt, sentence, /ENOSPC|EDQUOT/.test(sentence) ? 'disk' : 'rights');
    return { ...run, prepared: null };
  }
}

/** The logins of this host for this job. A job that needs another one goes to another host. */
async function readLogins(file: string | null, job: Record<string, unknown>) {
  const read = await readCredentials(file);
  if (!read.ok) return { ...read, kind: 'notHere' as const };
  return findCredentials(job, read.credentials);
}

/** The job as it was submitted. Null when the attempt has lost the job, or the worker ends. */
async function readWholeJob({ worker, attempt }: AttemptRun): Promise<WholeJob | null> {
  const { job } = attempt;
  const read = await retryUntilDeadline('secrets', worker, () =>
    readSecrets(worker.attemptContext, { attempt: job, nexrenderJob: job.nexrenderJob }),
  ).catch(() => null);
  if (read?.ok) return read;
  attempt.end.trigger(read === null ? { kind: 'shutDown' } : { kind: 'lost' });
  return null;
}

/**
 * Starts the process tree. The tree is contained, identified and recorded before the job runs. A
 * job that was cancelled before this record does not run, whenever its stop request arrives.
 */
export async function start(run: PreparedRun): Promise<StartedRun> {
  const { worker, attempt, prepared } = run;
  const { config, attemptContext: context } = worker;
  const { attemptId } = attempt.job;
  if (prepared === null) return { ...run, render: null };
  try {
    const render = await startRender(renderOptions(run, prepared));
    // Recorded before `go`: if the daemon dies after this, the next daemon finds the tree.
    const recorded = await retryUntilDeadline('process identity', worker, () =>
      recordTree(context, { attemptId, tree: render.record }),
    ).catch(() => null);
    if (recorded?.ok && recorded.stop !== null) worker.attempts.stop(attemptId, recorded.stop);
    if (recorded?.ok && attempt.end.reason === null) render.go();
    attempt.render = render;
    return { ...run, render };
  } catch (error) {
    const sentence = `The render could not be started on ${config.name}: ${errorMessage(error)}`;
    fail(attempt, sentence, 'startup');
    return { ...run, render: null };
  }
}

function renderOptions(run: AttemptRun, prepared: Prepared): RenderOptions {
  const { worker, attempt } = run;
  const { config } = worker;
  return {
    attemptId: attempt.job.attemptId,
    jobId: attempt.job.jobId,
    priority: attempt.job.held.job.priority,
    treeMarker: attempt.job.treeMarker,
    owner: ownerTag(config.name),
    ...prepared,
    aerender: config.aerender,
    aerenderOptions: config.aerenderOptions,
    user: worker.renderUser,
    actions: config.actions,
    localActions: config.localActions,
    publishingActions: config.publishingActions,
    presetsFile: config.presetsFile,
    asksForPictures: config.pictures,
    actionsFolder: config.actionsFolder,
    addresses: config.addresses,
    onPhase: (phase) => attempt.setProgress({ phase }),
    onProgress(progress) {
      const isFirst = attempt.progress.frame === null && progress.frame !== null;
      attempt.setProgress(progress);
      if (isFirst) void worker.hostChecker.noteFrame();
    },
    onMoved: (kind, moved) => {
      attempt.moved = { ...attempt.moved, [kind]: moved };
    },
    onTransfer: (transfer) => attempt.setTransfer(transfer),
    onLine: (stream, line) => attempt.lines.add(stream, line),
    publishing: countQuestions(attempt, answerPublishing(run)),
  };
}

/** Opens the cache for the sources of this attempt, until there is a reason to end it. */
function openSession({ worker, attempt }: AttemptRun, scratch: ScratchFolder): CacheSession | null {
  if (worker.cache === null) return null;
  const session = new CacheSession(worker.cache, {
    scratch,
    user: worker.renderUser,
    onCached: (cached) => attempt.setProgress({ cached }),
    whileAsked: counter(attempt),
  });
  void attempt.end.triggered.then(() => session.end());
  return session;
}

/** While a question is open, the render waits for this daemon, so it does not count as stalled. */
function counter(attempt: RunningAttempt) {
  return async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    attempt.openQuestions += 1;
    return await ask().finally(() => {
      attempt.openQuestions -= 1;
    });
  };
}

function countQuestions(attempt: RunningAttempt, publishing: Publishing): Publishing {
  const count = counter(attempt);
  return {
    ...publishing,
    passGate: () => count(() => publishing.passGate()),
    recordPart: (path) => count(() => publishing.recordPart(path)),
    mayPublish: (asked) => count(() => publishing.mayPublish(asked)),
  };
}

/** Ends an attempt as failed, with a sentence, because this host refuses or cannot start it. */
function fail(attempt: RunningAttempt, reason: string, failure: FailureKind): void {
  attempt.end.trigger({ kind: 'ended', end: { kind: 'failed', reason, failure } });
}
