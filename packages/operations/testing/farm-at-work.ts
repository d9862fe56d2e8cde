import type { Database } from '@renderdeck/store';
import {
  acknowledgeStop,
  allowPublish,
  cancelJob,
  claimJob,
  finishAttempt,
  listJobs,
  passPublishGate,
  previewSubmit,
  readJobChanges,
  renewLeases,
  setPriority,
  submitJob,
  type WorkerContext,
} from '../src/index.ts';
import { HEALTHY } from './hosts.ts';
import { attemptOf, NEXRENDER_JOB } from './jobs.ts';
import { asking } from './publishing.ts';
import { reports } from './reports.ts';
import { aRequestContext } from './request-context.ts';
import { WHOLE_LIST } from './whole-list.ts';

const LEASE_MS = 30_000;
type Loop = () => Promise<void>;

/**
 * A farm at work, played by calls: each database of `apis` is used as by an API (jobs are
 * submitted, moved, cancelled, listed), and each worker claims, renews and ends jobs, all at the
 * same time. `errors` has everything that was thrown. Rejections are normal: the acts race.
 */
export function startWork(apis: readonly Database[], workers: readonly WorkerContext[]) {
  const errors: unknown[] = [];
  let acts = 0;
  let isOver = false;
  const loops = [...apis.map(playApi), ...workers.map(playWorker)].map(async (act) => {
    while (!isOver && errors.length === 0) {
      await act().catch((error: unknown) => errors.push(error));
      acts += 1;
    }
  });
  return {
    errors,
    acts: () => acts,
    async stop() {
      isOver = true;
      await Promise.all(loops);
    },
  };
}

function playApi(db: Database): Loop {
  const admin = aRequestContext(db);
  const ids: string[] = [];
  let turn = 0;
  let cursor: string | null = null;
  return async () => {
    turn += 1;
    const priority = (turn * 7) % 100;
    const submission = { name: `Intro ${turn}`, priority, nexrenderJob: NEXRENDER_JOB, limits: {} };
    const submitted = await submitJob(admin, submission);
    if (submitted.ok) ids.push(submitted.view.job.id);
    const other = ids[(turn * 5) % ids.length];
    if (submitted.ok) {
      const { id, version } = submitted.view.job;
      await setPriority(admin, { id, priority: 99 - priority, expectedVersion: version });
    }
    if (other !== undefined && turn % 4 === 0) await cancelJob(admin, { id: other, reason: null });
    if (turn % 3 === 0) await listJobs({ db }, { ...WHOLE_LIST, show: 'active', limit: 20 });
    const { actor } = admin.requestContext;
    if (turn % 5 === 0) await previewSubmit({ db }, { actor, priority, submitPriorityMax: 100 });
    cursor = (await readJobChanges({ db }, { cursor })).cursor;
  };
}

function playWorker(worker: WorkerContext): Loop {
  let turn = 0;
  return async () => {
    turn += 1;
    const claimed = await claimJob(worker, { leaseMs: LEASE_MS });
    const attemptIds = claimed.ok ? [claimed.job.attemptId] : [];
    const renewal = { attemptIds, leaseMs: LEASE_MS, state: HEALTHY };
    const { stopRequested } = await renewLeases(worker, renewal);
    if (!claimed.ok) return;
    const attempt = attemptOf(claimed.job);
    if (stopRequested.length > 0) {
      await acknowledgeStop(worker, { attempt, reports: reports() });
      return;
    }
    const isPublished =
      turn % 2 === 0 &&
      (await passPublishGate(worker, attempt)).ok &&
      (await allowPublish(worker, asking(attempt))).ok;
    const ended = await finishAttempt(worker, {
      attempt,
      end: isPublished ? { kind: 'completed' } : { kind: 'failed', failure: 'aerender failed.' },
      signalled: false,
      reports: reports(),
    });
    if (!ended.ok) await acknowledgeStop(worker, { attempt, reports: reports() });
  };
}
