import type { Database } from '@renderdeck/store';
import { expect } from 'vitest';
import { getMeasures, sampleNow } from '../src/extras.ts';
import {
  acknowledgeStop,
  allowPublish,
  authenticateSession,
  cancelJob,
  claimJob,
  finishAttempt,
  getJob,
  listJobs,
  passPublishGate,
  previewPriority,
  previewSubmit,
  readJobChanges,
  readSessionEnd,
  recordStopReceived,
  renewLeases,
  setPriority,
  submitJob,
  type WorkerContext,
} from '../src/index.ts';
import { expectDone } from './expect-done.ts';
import type { Farm } from './farm.ts';
import { HEALTHY } from './hosts.ts';
import { aQueuedJob, aRunningJob, attemptOf, NEXRENDER_JOB } from './jobs.ts';
import { asking } from './publishing.ts';
import { reports } from './reports.ts';
import { within } from './request-context.ts';
import { aSession, aUser } from './users.ts';
import { WHOLE_LIST } from './whole-list.ts';

const submission = { name: 'Intro', priority: 50, nexrenderJob: NEXRENDER_JOB, limits: {} };
const finished = (job: Awaited<ReturnType<typeof aRunningJob>>) => ({
  attempt: attemptOf(job),
  end: { kind: 'failed', failure: 'aerender failed.' } as const,
  signalled: false,
  reports: reports(),
});
type Act = () => Promise<{ ok: boolean } | object>;

/**
 * The acts that run often. Each one prepares what it needs on `farm`, and gives the act, which uses
 * `db`.
 * Long because: it is one list.
 */
export function actsOn(
  farm: Farm,
  db: Database,
  signedOn: WorkerContext,
): Readonly<Record<string, () => Promise<Act>>> {
  const admin = within(db, farm.admin);
  const worker = within(db, signedOn);
  return {
    submit: async () => () => submitJob(admin, submission),
    'submit with a key': async () => () =>
      submitJob(admin, { ...submission, idempotencyKey: crypto.randomUUID() }),
    'get a job': async () => {
      const { id } = await aRunningJob(farm);
      return () => getJob({ db }, { id });
    },
    'list the first page': async () => () =>
      listJobs({ db }, { ...WHOLE_LIST, show: 'active', limit: 3 }),
    'read the measures': async () => () => getMeasures({ db }, { range: '24h' }),
    'sample the farm': async () => () => sampleNow({ db }),
    'preview a priority': async () => {
      const { job } = await aQueuedJob(farm);
      return () => previewPriority({ db }, { id: job.id, priority: 80, skip: 0, limit: 3 });
    },
    'preview a submit': async () => {
      const { actor } = admin.requestContext;
      return () => previewSubmit({ db }, { actor, priority: 80, submitPriorityMax: 80 });
    },
    'set a priority': async () => {
      const { job } = await aQueuedJob(farm);
      return () => setPriority(admin, { id: job.id, priority: 80, expectedVersion: 1 });
    },
    'cancel a queued job': async () => {
      const { job } = await aQueuedJob(farm);
      return () => cancelJob(admin, { id: job.id, reason: null });
    },
    'cancel a running job': async () => {
      const { id } = await aRunningJob(farm);
      return () => cancelJob(admin, { id, reason: 'wrong colours' });
    },
    claim: async () => () => claimJob(worker, { leaseMs: 30_000 }),
    'finish, after a read': async () => {
      const running = await aRunningJob(farm, { worker });
      return () => finishAttempt(worker, finished(running));
    },
    'finish and take the next job': async () => {
      const running = await aRunningJob(farm, { worker });
      const { held } = running;
      const attempt = { ...attemptOf(running), held };
      const next = { leaseMs: 30_000 };
      return async () => {
        const ended = await finishAttempt(worker, { ...finished(running), attempt, next });
        expect(ended).toMatchObject({ next: { attempt: 1 } });
        return ended;
      };
    },
    'acknowledge a stop and take the next job': async () => {
      const running = await aRunningJob(farm, { worker });
      await cancelJob(farm.admin, { id: running.id, reason: null });
      const received = { attempt: attemptOf(running), afterMs: 5 };
      const { held } = expectDone(await recordStopReceived(running.worker, received));
      const attempt = { ...attemptOf(running), held };
      const next = { leaseMs: 30_000 };
      return () => acknowledgeStop(worker, { attempt, reports: reports(), next });
    },
    'renew the leases': async () => {
      const { attemptId } = await aRunningJob(farm, { worker });
      const renewal = { attemptIds: [attemptId], leaseMs: 30_000, state: HEALTHY };
      return () => renewLeases(worker, renewal);
    },
    'allow a publish': async () => {
      const running = await aRunningJob(farm, { worker });
      const { held } = expectDone(await passPublishGate(worker, attemptOf(running)));
      const attempt = { ...attemptOf(running), held };
      return () => allowPublish(worker, asking(attempt));
    },
    'read the changes': async () => {
      const { cursor } = await readJobChanges({ db }, { cursor: null });
      await aQueuedJob(farm);
      return async () => {
        const read = await readJobChanges({ db }, { cursor });
        expect(read.changes).toHaveLength(1);
        return read;
      };
    },
    'read a session': async () => {
      const { name } = await aUser(farm, `vera ${crypto.randomUUID()}`);
      const sessionId = await aSession(farm, name);
      return async () => {
        expectDone(await authenticateSession({ db }, { sessionId }));
        const end = await readSessionEnd({ db }, { sessionId });
        expect(end).not.toBeNull();
        return { end };
      };
    },
  };
}
