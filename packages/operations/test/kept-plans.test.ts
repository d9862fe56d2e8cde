/*
 * A statement that runs often is planned once: after a few runs PostgreSQL keeps a generic plan for
 * it. If a plan for the actual values looks cheaper, PostgreSQL plans the statement each time,
 * which takes longer than running it.
 */
import { connect } from '@renderdeck/store/connect';
import { afterAll, expect, it } from 'vitest';
import { claimJob, getJobs, groupPriorityChanges, submitJob } from '../src/index.ts';
import { aFarm, aQueuedJob, NEXRENDER_JOB, within } from '../testing/index.ts';

const farm = aFarm();
const { db, close } = connect(farm.databaseUrl, { name: 'one', poolSize: 1 });
afterAll(close);
/** PostgreSQL plans a statement for its values five times before it compares the costs. */
const RUNS = 8;

it('no statement of an act that runs often is planned each time', async () => {
  for (let waiting = 0; waiting < 200; waiting += 1) await aQueuedJob(farm);
  await farm.sql`analyze`;
  const set = groupPriorityChanges(db);
  const admin = within(db, farm.admin);
  const worker = within(db, await farm.worker());
  for (let run = 0; run < RUNS; run += 1) {
    const { job } = await aQueuedJob(farm);
    const { id } = job;
    const change = { id, priority: 80, expectedVersion: job.version };
    expect(await set(farm.admin.requestContext, change)).toMatchObject({ ok: true });
    await getJobs({ db }, [id]);
    const submission = { name: 'Intro', priority: 50, nexrenderJob: NEXRENDER_JOB, limits: {} };
    expect(await submitJob(admin, submission)).toMatchObject({ ok: true });
    expect(await claimJob(worker, { leaseMs: 60_000 })).toMatchObject({ ok: true });
  }
  const statements = await db.execute<{ statement: string; kept: boolean }>(`
    select statement, generic_plans > 0 as kept from pg_prepared_statements
    where generic_plans + custom_plans >= ${RUNS}`);
  expect(statements.length).toBeGreaterThan(8);
  expect(statements.flatMap(({ statement, kept }) => (kept ? [] : [statement]))).toEqual([]);
});
