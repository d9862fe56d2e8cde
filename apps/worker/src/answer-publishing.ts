/*
 * What a render asks before it publishes, answered by the database (render-child.mjs has the
 * questions). Each answer is tried again until the database gives it, so an outage only delays it.
 * A reason to end the attempt makes every answer a no.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  allowPublish,
  passPublishGate,
  type Rejection,
  recordParts,
  recordPublished,
} from '@renderdeck/operations';
import type { Answer, Publishing } from '@renderdeck/render-host';
import type { AttemptRun } from './attempt-run.ts';
import { openReport } from './open-report.ts';
import { retryUntilDeadline } from './retry-until-deadline.ts';

/** While another attempt may put its output out, the render asks again this often. */
const ASK_AGAIN_MS = 1000;

export function answerPublishing(run: AttemptRun): Publishing {
  const { worker, attempt, log } = run;
  const { context } = worker;
  const { job } = attempt;
  const mayGoOn = () => attempt.end.reason === null;

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
      await attempt.saveInOrder(() =>
        retryUntilDeadline('part', worker, () =>
          recordParts(context, { attemptId: job.attemptId, parts: [...attempt.parts] }),
        ),
      );
      return mayGoOn() ? 'yes' : 'no';
    },
    async mayPublish(warning): Promise<Answer> {
      const allowed = await retryUntilDeadline('publish gate', worker, async () =>
        mayGoOn() ? await allowPublish(context, { attempt: job, warning }) : null,
      );
      if (allowed?.ok) attempt.keepHeld(allowed.held);
      if (allowed === null || !mayGoOn()) return 'no';
      if (allowed.ok) {
        await keepOutput(run);
        attempt.setPublishing(true);
        attempt.setProgress({ phase: 'publishing' });
        return 'yes';
      }
      if (allowed.rejection.code !== 'otherMayPublish') return 'no';
      await waitForOther(run, allowed.rejection);
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

/** The journal knows of the output before the render may put it out. */
async function keepOutput(run: AttemptRun): Promise<void> {
  const { worker, attempt } = run;
  if (attempt.output !== 'none') return;
  attempt.output = 'maybe';
  await worker.journal.save(openReport(run));
}

/** Waits before the next question, or until the attempt ends. The first wait is logged. */
async function waitForOther(
  { attempt, log }: AttemptRun,
  { number, host }: Extract<Rejection, { code: 'otherMayPublish' }>,
): Promise<void> {
  if (attempt.progress.phase !== 'waitingToPublish') {
    log.warn({ number, host }, 'another attempt may put its output out, waiting for its end');
    attempt.lines.add(
      'nexrender',
      `Attempt ${number} on ${host} may still put its output out. This attempt publishes when ` +
        'that host has proven its end, or is declared gone.',
    );
  }
  attempt.setProgress({ phase: 'waitingToPublish' });
  attempt.setPublishing(false);
  await Promise.race([attempt.end.triggered, delay(ASK_AGAIN_MS, undefined, { ref: false })]);
}
