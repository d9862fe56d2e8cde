/*
 * An attempt that renders nothing, with the statements of run-attempt.ts in the same order:
 * secrets, scratch folder, tree, reports, both publish gates, what is published, and
 * the end, which claims the next job. Gates and report are the worker's own code. No statement for
 * the arrival of a stop is played, because the bench cancels only waiting jobs.
 */
import type { HostStopReport, RememberedProcess, TreeRecord } from '@renderdeck/domain';
import { readSecrets, recordScratch, recordTree } from '@renderdeck/operations';
import type { Render } from '@renderdeck/render-host';
import { answerPublishing } from '../../src/attempt/answer-publishing.ts';
import type { AttemptRun, Slot } from '../../src/attempt/attempt-run.ts';
import type { EndReason } from '../../src/attempt/end-signal.ts';
import { openReport } from '../../src/attempt/open-report.ts';
import { report } from '../../src/attempt/report-attempt.ts';
import type { runAttempt } from '../../src/attempt/run-attempt.ts';
import { saveReports } from '../../src/loops/report-loop.ts';

export type PlayedAttempts = {
  /** How long the next attempt renders. */
  renderMs(): number;
  /** Called after each end that claimed the next job in the same statement, with its time. */
  onClaimed?(tookMs: number): void;
  /** Called when the database has saved the end of an attempt. */
  onEnded?(kind: EndReason['kind']): void;
};

const FRAME_MS = 1000;
const REMOVED = { files: 3, bytes: 4096, leftovers: [], timeToCleanMs: 4, goneAt: null };

/** A render reports a frame and prints a line each second. */
export function playAttempts({
  renderMs,
  onClaimed = () => undefined,
  onEnded = () => undefined,
}: PlayedAttempts): typeof runAttempt {
  return async (worker, attempt, slot) => {
    const run: AttemptRun = { worker, attempt, log: worker.log };
    const { attemptContext: context, config } = worker;
    const { job } = attempt;
    const { attemptId } = job;
    const asked = { attempt: job, nexrenderJob: job.nexrenderJob };
    if (!(await readSecrets(context, asked)).ok) attempt.end.trigger({ kind: 'lost' });
    await worker.journal.save(openReport(run));
    await recordScratch(context, { attemptId, scratchPath: `${config.scratchRoot}/${attemptId}` });
    attempt.render = renderOf(run);
    const recorded = await recordTree(context, { attemptId, tree: attempt.render.record });
    if (recorded.ok && recorded.stop !== null) worker.attempts.stop(attemptId, recorded.stop);
    await playFrames(run, renderMs());
    if (attempt.end.reason === null && (await publish(run)))
      attempt.end.trigger({ kind: 'ended', end: { kind: 'completed' } });
    const reason = await attempt.end.triggered;
    const isSignalled = reason.kind !== 'ended';
    await saveReports(worker, [attempt]).catch((error: unknown) =>
      worker.log.warn({ err: error }, 'the last lines are not on record'),
    );
    const ended = {
      ...{ ...run, prepared: null, render: attempt.render, reason },
      stopReport: stopReportOf(isSignalled),
      removalReport: REMOVED,
      stopReceivedRecorded: Promise.resolve(),
    };
    await report(ended, timed(slot, onClaimed));
    onEnded(reason.kind);
    return [];
  };
}

/** Resolves after this time, or when the attempt must end. */
async function playFrames({ attempt }: AttemptRun, renderMs: number): Promise<void> {
  const totalFrames = Math.max(1, Math.ceil(renderMs / FRAME_MS));
  let frame = 0;
  const show = () => {
    const percent = Math.round((100 * frame) / totalFrames);
    attempt.setProgress({ phase: 'rendering', percent, frame, totalFrames });
    attempt.lines.add('aerender', `PROGRESS:  0:00:00:${frame} (${frame}): 1 Seconds`);
    frame += 1;
  };
  show();
  const frames = setInterval(show, FRAME_MS);
  let over: NodeJS.Timeout | undefined;
  const rendered = new Promise((resolve) => {
    over = setTimeout(resolve, renderMs);
  });
  await Promise.race([rendered, attempt.end.triggered]);
  clearInterval(frames);
  clearTimeout(over);
}

/** Asks both gates, as the render child does. False if one of them is closed. */
async function publish(run: AttemptRun): Promise<boolean> {
  const { attempt } = run;
  const publishing = answerPublishing(run);
  const what = `/played/${attempt.job.jobId}.mov`;
  const part = `${what}.part`;
  if ((await publishing.passGate()) === 'no') return false;
  if ((await publishing.recordPart(part)) === 'no') return false;
  const question = { what, isModule: false, isLast: true, move: null, warning: null };
  let answer = await publishing.mayPublish(question);
  while (answer === 'again') answer = await publishing.mayPublish(question);
  const output = { kind: 'file', bytes: 1, files: 1, sha256: null } as const;
  if (answer === 'yes') publishing.onPublished(what, part, output);
  return answer !== 'no';
}

/** The facts that the loops ask of a render, as large as those of a real one. */
function renderOf({ worker, attempt }: AttemptRun): Render {
  const { attemptId, treeMarker } = attempt.job;
  const { hostId: _, ...identity } = worker.context.identity;
  const startedAt = performance.now();
  const members = MEMBERS.map((name, at): RememberedProcess => {
    const pid = 10_000 + at;
    return { pid, startToken: String(pid), name, parentPid: pid - 1, startedAt: null };
  });
  const root = { bootId: identity.bootId, pid: 10_000, startToken: '10000' };
  const record: TreeRecord = {
    ...{ attemptId, treeMarker, ...identity, root, members: [] },
    container: { kind: 'none', path: null },
  };
  return {
    ...{ record, go: () => undefined, ended: attempt.end.triggered.then(() => KILLED) },
    members: async () => members,
    accounting: () => ({
      ...{ sinceMs: performance.now() - startedAt, cpuMs: performance.now() - startedAt },
      ...{ processes: MEMBERS.length, memoryBytes: 2 ** 31, bytesRead: null },
    }),
    measure: async () => ({}),
    silentSources: async () => [],
    takePictures: async () => null,
    close: async () => undefined,
  };
}

const MEMBERS = ['launcher', 'node', 'aerender', 'AfterFX'];
const KILLED = { kind: 'failed', reason: 'It was ended.', failure: 'killed' } as const;

function stopReportOf(isSignalled: boolean): HostStopReport {
  const now = new Date().toISOString();
  return {
    ...{ processes: [], proof: 'noProcess', survivors: [], timeToDeadMs: 0, rounds: 1 },
    ...{ firstSignalAt: isSignalled ? now : null, deadAt: now },
  };
}

function timed(slot: Slot, onClaimed: (tookMs: number) => void): Slot {
  return {
    ...slot,
    end: (send) =>
      slot.end(async (next) => {
        const startedAt = performance.now();
        const ended = await send(next);
        if (ended.ok && ended.next !== null) onClaimed(performance.now() - startedAt);
        return ended;
      }),
  };
}
