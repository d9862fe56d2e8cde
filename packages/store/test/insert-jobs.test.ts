/* A submit gives the same views as a read in the same transaction. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { findJobViews, insertJobs, type SubmittedJob } from '../src/index.ts';
import { openTestStore } from './open-test-store.ts';

const JOBS = 30;
const TAGS = [[], [], ['gpu'], ['c4d', 'gpu']];

const { db } = openTestStore();
const BY = {
  ...{ actorKind: 'user', actor: 'sam', channel: 'rest', address: null, requestId: null },
} as const;

function aJob(number: number): SubmittedJob {
  return {
    job: {
      ...{ id: randomUUID(), name: `job ${number}`, tags: TAGS[number % TAGS.length] ?? [] },
      ...{ priority: (number * 37) % 101, maxAttempts: 3, submittedBy: 'sam', submitter: null },
      ...{
        template: 'intro.aep',
        nexrenderJob: {},
        secrets: [],
        hidden: [],
        limits: {},
        callback: null,
        rerunOf: null,
      },
    },
    by: BY,
    entry: { action: 'submitJob', outcome: 'done', after: {} },
  };
}

it.each([1, JOBS])('%i jobs at once, among others', async (count) => {
  await insertJobs(
    db,
    Array.from({ length: JOBS }, (_, number) => aJob(number)),
  );
  await db.begin(async (tx) => {
    const jobs = Array.from({ length: count }, (_, number) => aJob(number + 3));
    const views = await insertJobs(tx, jobs);
    const read = await findJobViews(
      tx,
      jobs.map(({ job }) => job.id),
    );
    const byId = new Map(read.map((view) => [view.job.id, view]));
    // The answer to a submission does not say when the job starts.
    expect(views).toEqual(jobs.map(({ job }) => ({ ...byId.get(job.id), estimate: null })));
    expect(views[0]?.noHostOffers).toEqual(['c4d', 'gpu']);
    expect(views.every(({ position }) => position !== null)).toBe(true);
  });
});
