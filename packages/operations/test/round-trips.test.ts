/*
 * How often each act waits for the database, counted at the wire on a connection that knows its
 * statements already. A limit here is a promise: each round trip costs the network's delay.
 */
import { connect } from '@renderdeck/store/connect';
import { countRoundTrips } from '@renderdeck/testing/count-round-trips';
import { afterAll, expect, it } from 'vitest';
import {
  acknowledgeStop,
  cancelJob,
  claimJob,
  finishAttempt,
  getJob,
  listJobs,
  previewPriority,
  previewSubmit,
  readClock,
  recordStopReceived,
  setPriority,
  submitJob,
} from '../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRunningJob,
  attemptOf,
  expectDone,
  NEXRENDER_JOB,
  reports,
  WHOLE_LIST,
  within,
} from '../testing/index.ts';

const farm = await aFarm();
const wire = await countRoundTrips(farm.databaseUrl);
const { db, close } = connect(wire.url, { name: 'counted', poolSize: 1 });
afterAll(async () => {
  await close();
  await wire.close();
});
const admin = within(db, farm.admin);
const worker = within(db, await farm.worker());

const submission = { name: 'Intro', priority: 50, nexrenderJob: NEXRENDER_JOB, limits: {} };
const finished = (job: Awaited<ReturnType<typeof aRunningJob>>) => ({
  attempt: attemptOf(job),
  end: { kind: 'failed', failure: 'aerender failed.' } as const,
  signalled: false,
  reports: reports(),
});
type Act = { readonly most: number; prepare(): Promise<() => Promise<{ ok: boolean } | object>> };

const ACTS: Readonly<Record<string, Act>> = {
  submit: { most: 3, prepare: async () => () => submitJob(admin, submission) },
  'submit with a key': {
    most: 4,
    prepare: async () => () =>
      submitJob(admin, { ...submission, idempotencyKey: crypto.randomUUID() }),
  },
  'get a job': {
    most: 2,
    prepare: async () => {
      const { id } = await aRunningJob(farm);
      return () => getJob({ db }, { id });
    },
  },
  'list the first page': {
    most: 2,
    prepare: async () => () => listJobs({ db }, { ...WHOLE_LIST, show: 'active', limit: 3 }),
  },
  'preview a priority': {
    most: 2,
    prepare: async () => {
      const { job } = await aQueuedJob(farm);
      return () => previewPriority({ db }, { id: job.id, priority: 80, skip: 0, limit: 3 });
    },
  },
  'preview a submit': {
    most: 1,
    prepare: async () => {
      const { actor } = admin.requestContext;
      return () => previewSubmit({ db }, { actor, priority: 80, submitPriorityMax: 80 });
    },
  },
  'set a priority': {
    most: 4,
    prepare: async () => {
      const { job } = await aQueuedJob(farm);
      return () => setPriority(admin, { id: job.id, priority: 80, expectedVersion: 1 });
    },
  },
  'cancel a queued job': {
    most: 3,
    prepare: async () => {
      const { job } = await aQueuedJob(farm);
      return () => cancelJob(admin, { id: job.id, reason: null });
    },
  },
  'cancel a running job': {
    most: 4,
    prepare: async () => {
      const { id } = await aRunningJob(farm);
      return () => cancelJob(admin, { id, reason: 'wrong colours' });
    },
  },
  claim: { most: 2, prepare: async () => () => claimJob(worker, { leaseMs: 30_000 }) },
  'finish, after a read': {
    most: 2,
    prepare: async () => {
      const running = await aRunningJob(farm, { worker });
      return () => finishAttempt(worker, finished(running));
    },
  },
  'finish and take the next job': {
    most: 1,
    prepare: async () => {
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
  },
  'acknowledge a stop and take the next job': {
    most: 1,
    prepare: async () => {
      const running = await aRunningJob(farm, { worker });
      await cancelJob(farm.admin, { id: running.id, reason: null });
      const received = { attempt: attemptOf(running), afterMs: 5 };
      const { held } = expectDone(await recordStopReceived(running.worker, received));
      const attempt = { ...attemptOf(running), held };
      const next = { leaseMs: 30_000 };
      return () => acknowledgeStop(worker, { attempt, reports: reports(), next });
    },
  },
};

it.each(Object.entries(ACTS))('%s', async (name, { most, prepare }) => {
  for (let waiting = 0; waiting < 4; waiting += 1) await aQueuedJob(farm);
  const counts: number[] = [];
  // The first times make the connection and prepare its statements.
  for (let times = 0; times < 3; times += 1) {
    const act = await prepare();
    // Nobody waits for the end of a read; this one does.
    await readClock(db);
    counts.push(await wire.count(async () => expect(await act()).not.toHaveProperty('rejection')));
  }
  if (process.env.PRINT_TRIPS) console.log(name, counts);
  expect(counts.at(-1)).toBeLessThanOrEqual(most);
});
