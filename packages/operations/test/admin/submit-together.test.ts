/* Submits that come together are queued in few transactions, each as if it had come alone. */
import { expect, it } from 'vitest';
import { createSubmitter, findDefinitions, type Submission } from '../../src/index.ts';
import { aFarm, aRequestContext, expectDone } from '../../testing/index.ts';

const farm = aFarm();
const { db } = farm;
const submit = createSubmitter({ db });
const USERS = ['ann', 'ben', 'cem'];
const contextOf = (index: number) =>
  aRequestContext(db, USERS[index % USERS.length] ?? 'ann', 'admin');
const submission = (name: string, more: Partial<Submission> = {}): Submission => ({
  ...{ name, priority: 50, submitPriorityMax: 100 },
  nexrenderJob: { template: { src: `file:///${name}.aep` }, secret: `s3cr3t of ${name}` },
  ...more,
});

it('jobs that come together stand in the order of the calls, each with its own facts', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `job ${index}`);
  const answers = await Promise.all(
    names.map((name, index) => submit(contextOf(index), submission(name))),
  );
  const views = answers.map((answer) => expectDone(answer).view);
  expect(views.map(({ job }) => job.name)).toEqual(names);
  expect(views.map(({ position }) => position)).toEqual(names.map((_, index) => index + 1));
  expect(views.map(({ job }) => job.submittedBy)).toEqual(
    names.map((_, index) => USERS[index % USERS.length]),
  );
  const ids = views.map(({ job }) => job.id);
  const definitions = await findDefinitions(db, ids);
  expect(ids.map((id) => definitions.get(id)?.nexrenderJob)).toMatchObject(
    names.map((name) => ({ template: { src: `file:///${name}.aep` } })),
  );
  const audit = await farm.sql`
    select a.actor, a.request_id, j.name from audit_log a join jobs j on j.id = a.job_id
    where a.action = 'submitJob' and a.outcome = 'done' order by a.id`;
  expect(audit.map(({ name }) => name)).toEqual(names);
  expect(audit.map(({ actor }) => actor)).toEqual(views.map(({ job }) => job.submittedBy));
  const changes = await farm.sql`select job_id, actor from job_changes order by id`;
  expect(changes.map(({ job_id: id }) => id)).toEqual(views.map(({ job }) => job.id));
  const [transactions] = await farm.sql`select count(distinct xid)::int as count from job_changes`;
  expect(transactions?.count).toBeLessThan(5);
});

it('a value that the database refuses fails only its own submit', async () => {
  const answers = await Promise.allSettled(
    ['good', 'bad\u0000', 'also good'].map((name, index) =>
      submit(contextOf(index), submission(name)),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const jobs = await farm.sql`select name from jobs where name like '%good%' order by queue_key`;
  expect(jobs.map(({ name }) => name)).toEqual(['good', 'also good']);
});

it('a submit that a rule rejects, and one with a key, do not disturb the others', async () => {
  const keyed = submission('keyed', { idempotencyKey: 'one' });
  const [high, first, again, plain] = await Promise.all([
    submit(aRequestContext(db, 'sam', 'submitter'), submission('high', { submitPriorityMax: 10 })),
    submit(contextOf(0), keyed),
    submit(contextOf(0), keyed),
    submit(contextOf(1), submission('plain')),
  ]);
  expect(high).toMatchObject({ ok: false, rejection: { code: 'priorityTooHigh' } });
  const ids = [first, again].map((answer) => expectDone(answer).view.job.id);
  expect(new Set(ids).size).toBe(1);
  expect(expectDone(plain).view.job.name).toBe('plain');
});
