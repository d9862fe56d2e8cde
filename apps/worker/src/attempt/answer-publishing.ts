/*
 * Answers the questions of a render before it publishes, from the database (render-child.mjs lists
 * the questions). A question is repeated until the database answers, so an outage only delays it.
 * When there is a reason to end the attempt, every answer is no. The answer is also no when the
 * journal cannot be written: this host could then not tell later that its output may be out. In
 * that case the attempt gives its job back.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { allOut, outputOf, type Publications, withAllowed, withSkipped } from '@renderdeck/domain';
import {
  allowPublish,
  passPublishGate,
  type Rejection,
  recordParts,
  recordPublished,
} from '@renderdeck/operations';
import type { Answer, Publishing } from '@renderdeck/render-host';
import { retryUntilDeadline } from '../retry-until-deadline.ts';
import type { AttemptRun } from './attempt-run.ts';
import { NO_JOURNAL, openReport } from './open-report.ts';
import type { Pending } from './parse-entry.ts';
import { recordMeasured, rememberOutput } from './record-outputs.ts';

/** How often the render asks again while another attempt may publish its output. */
const ASK_AGAIN_MS = 1000;

export function answerPublishing(run: AttemptRun): Publishing {
  const { worker, attempt, log } = run;
  const { attemptContext: context } = worker;
  const { job } = attempt;
  const wait = waitForOthers(run);

  return {
    async passGate() {
      const passed = await retryUntilDeadline('publish gate', worker, async () =>
        mayGoOn(run) ? await passPublishGate(context, job) : null,
      );
      if (passed?.ok) attempt.keepHeld(passed.held);
      if (!passed?.ok || !(await keep(run, attempt.publications, attempt.pending))) return 'no';
      if (!mayGoOn(run)) return 'no';
      attempt.setPublishing(true);
      return 'yes';
    },
    async recordPart(path) {
      attempt.parts.add(path);
      // The journal first, because a failover may lose the record of the database.
      if (!(await keep(run, attempt.publications, attempt.pending))) return 'no';
      const recorded = await attempt.saveInOrder(() =>
        retryUntilDeadline('part', worker, () =>
          recordParts(context, { attemptId: job.attemptId, parts: [...attempt.parts] }),
        ),
      );
      return recorded.ok && mayGoOn(run) ? 'yes' : 'no';
    },
    mayPublish: (question) => askGate(run, wait, question),
    onPublished(path, part, output) {
      const saveOutput = rememberOutput(run, path, output); // its time is now
      attempt.setPutOut({
        publications: allOut(attempt.publications),
        allPublished: attempt.pending?.isLast ?? false,
        pending: null,
      });
      if (part !== null) attempt.parts.delete(part);
      attempt
        .saveInOrder(async () => {
          const recorded = await retryUntilDeadline('output', worker, () =>
            recordPublished(context, {
              ...{ attempt: job, path, parts: [...attempt.parts] },
              publications: attempt.publications,
              allPublished: attempt.allPublished,
            }),
          );
          if (recorded.ok) attempt.keepHeld(recorded.held);
        })
        .catch((error: unknown) => log.error({ err: error, path }, 'an output is not on record'));
      saveOutput();
    },
    onMeasured: (path, measured) => recordMeasured(run, path, measured),
  };
}

/** Asks the second gate for one output or module. */
async function askGate(
  run: AttemptRun,
  wait: ReturnType<typeof waitForOthers>,
  { what, isModule, isLast, move, warning }: Parameters<Publishing['mayPublish']>[0],
): Promise<Answer> {
  const { worker, attempt } = run;
  const { attemptContext: context } = worker;
  const { job } = attempt;
  await attempt.saved; // an earlier output is on record
  const { publications } = attempt;
  const allowedNow = withAllowed(publications, what);
  const isNew = allowedNow !== publications;
  // Writes first, so that a full disk is found before the database says that output may be out.
  if (isNew && !(await keep(run, publications, attempt.pending))) return 'no';
  const asked = { what, isModule, publications };
  const allowed = await retryUntilDeadline('publish gate', worker, async () =>
    mayGoOn(run) ? await allowPublish(context, { attempt: job, asked, isLast, warning }) : null,
  );
  if (allowed?.ok) attempt.keepHeld(allowed.held);
  if (allowed === null || !mayGoOn(run)) return 'no';
  if (allowed.ok) {
    wait.end();
    if (allowed.isOut) return skip(run, what, isLast);
    const known = move !== null && attempt.parts.has(move.part) ? move : null;
    if (!(await keep(run, allowedNow, { move: known, isLast }))) return 'no';
    return mayGoOn(run) ? 'yes' : 'no';
  }
  if (allowed.rejection.code !== 'otherMayPublish') return 'no';
  await wait.once(allowed.rejection);
  return mayGoOn(run) ? 'again' : 'no';
}

/**
 * Writes into the journal what may be out, before the render goes on. False when the journal cannot
 * be written; then the attempt ends and gives its job back.
 *
 * The attempt knows it before the journal: when the attempt ends during this write, it looks on the
 * disk whether the output is out (settle-output.ts). Otherwise it would report `maybe`.
 */
async function keep(
  run: AttemptRun,
  publications: Publications,
  pending: Pending | null,
): Promise<boolean> {
  const { worker, attempt } = run;
  const before = { publications: attempt.publications, pending: attempt.pending };
  const output = outputOf(publications);
  const report = { ...openReport(run), publications, output };
  attempt.setPutOut({ publications, pending, allPublished: false });
  if (await worker.journal.save(report, pending, [...attempt.parts])) return true;
  attempt.setPutOut(before);
  const reason = `Nothing was put out, because ${NO_JOURNAL}`;
  attempt.end.trigger({ kind: 'ended', end: { kind: 'failed', reason, failure: 'rights' } });
  return false;
}

/** An earlier attempt has put this output out. */
function skip({ attempt, log }: AttemptRun, what: string, isLast: boolean): 'isOut' {
  log.info({ what }, 'an earlier attempt has published this output');
  attempt.lines.add('nexrender', `An earlier attempt has published ${what}: it stays as it is.`);
  const publications = withSkipped(attempt.publications, what);
  attempt.setPutOut({ publications, pending: null, allPublished: isLast });
  return 'isOut';
}

function mayGoOn({ attempt }: AttemptRun): boolean {
  return attempt.end.reason === null;
}

/** Waits before the next question while another attempt may publish its output. */
function waitForOthers({ attempt, log }: AttemptRun) {
  let before: { readonly phase: string; readonly isPublishing: boolean } | null = null;
  return {
    /** Resolves after a while, or when the attempt ends. Only the first wait is logged. */
    async once({ number, host }: Extract<Rejection, { code: 'otherMayPublish' }>): Promise<void> {
      if (before === null) {
        before = { phase: attempt.progress.phase, isPublishing: attempt.isPublishing };
        log.warn({ number, host }, 'another attempt may put its output out, waiting for its end');
        attempt.lines.add(
          'nexrender',
          `Attempt ${number} on ${host} may still put its output out. This attempt publishes ` +
            'when that host has proven its end, or is declared gone.',
        );
        attempt.setProgress({ phase: 'waitingToPublish' });
        attempt.setPublishing(false);
      }
      await Promise.race([attempt.end.triggered, delay(ASK_AGAIN_MS, undefined, { ref: false })]);
    },
    /** Ends the wait and restores the phase: a module may wait in any phase. */
    end(): void {
      if (before === null) return;
      attempt.setPublishing(before.isPublishing);
      attempt.setProgress({ phase: before.phase });
      before = null;
    },
  };
}
