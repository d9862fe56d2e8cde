/*
 * What a render asks before it publishes, answered by the database (render-child.mjs has the
 * questions). Each answer is tried again until the database gives it, so an outage only delays it.
 * A reason to end the attempt makes every answer a no. So does a journal that cannot be written:
 * then this host could not tell later that its output may be out, and the attempt is given back.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Output } from '@renderdeck/domain';
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

/** While another attempt may put its output out, the render asks again this often. */
const ASK_AGAIN_MS = 1000;

export function answerPublishing(run: AttemptRun): Publishing {
  const { worker, attempt, log } = run;
  const { context } = worker;
  const { job } = attempt;
  const mayGoOn = () => attempt.end.reason === null;
  const wait = waitForOthers(run);

  return {
    async passGate() {
      const passed = await retryUntilDeadline('publish gate', worker, async () =>
        mayGoOn() ? await passPublishGate(context, job) : null,
      );
      if (passed?.ok) attempt.keepHeld(passed.held);
      if (!passed?.ok || !mayGoOn()) return 'no';
      attempt.setPublishing(true);
      return 'yes';
    },
    async recordPart(path) {
      attempt.parts.add(path);
      const recorded = await attempt.saveInOrder(() =>
        retryUntilDeadline('part', worker, () =>
          recordParts(context, { attemptId: job.attemptId, parts: [...attempt.parts] }),
        ),
      );
      return recorded.ok && mayGoOn() ? 'yes' : 'no';
    },
    async mayPublish(warning): Promise<Answer> {
      // A full disk is found before the database says that the output may be out.
      if (attempt.output === 'none' && !(await keepOutput(run, 'none'))) return 'no';
      const allowed = await retryUntilDeadline('publish gate', worker, async () =>
        mayGoOn() ? await allowPublish(context, { attempt: job, warning }) : null,
      );
      if (allowed?.ok) attempt.keepHeld(allowed.held);
      if (allowed === null || !mayGoOn()) return 'no';
      if (allowed.ok) {
        if (attempt.output === 'none' && !(await keepOutput(run, 'maybe'))) return 'no';
        if (!mayGoOn()) return 'no';
        wait.end();
        return 'yes';
      }
      if (allowed.rejection.code !== 'otherMayPublish') return 'no';
      await wait.once(allowed.rejection);
      return mayGoOn() ? 'again' : 'no';
    },
    onPublished(path, part) {
      attempt.output = 'published';
      if (part !== null) attempt.parts.delete(part);
      attempt
        .saveInOrder(async () => {
          const recorded = await retryUntilDeadline('output', worker, () =>
            recordPublished(context, { attempt: job, path, parts: [...attempt.parts] }),
          );
          if (recorded.ok) attempt.keepHeld(recorded.held);
        })
        .catch((error: unknown) => log.error({ err: error, path }, 'an output is not on record'));
    },
  };
}

/**
 * The journal knows how far the output may be out before the render may go on. False where it could
 * not be written; the attempt then ends, and its job is given back.
 */
async function keepOutput(run: AttemptRun, output: Output): Promise<boolean> {
  const { worker, attempt } = run;
  const isKept = await worker.journal.save({ ...openReport(run), output });
  const reason = `Nothing was put out, because ${NO_JOURNAL}`;
  if (!isKept)
    attempt.end.trigger({ kind: 'ended', end: { kind: 'failed', reason, failure: 'rights' } });
  else if (attempt.output === 'none') attempt.output = output;
  return isKept;
}

/** While another attempt may put its output out: waits before the next question. */
function waitForOthers({ attempt, log }: AttemptRun) {
  let before: { readonly phase: string; readonly isPublishing: boolean } | null = null;
  return {
    /** Resolves after a while, or when the attempt ends. The first wait is logged. */
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
    /** The attempt goes on as before: a module may run in any phase. */
    end(): void {
      if (before === null) return;
      attempt.setPublishing(before.isPublishing);
      attempt.setProgress({ phase: before.phase });
      before = null;
    },
  };
}
