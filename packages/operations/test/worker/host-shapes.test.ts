/*
 * A report of a host passes a login of its own in each form that its shape allows, and is refused
 * in any other form. All values are made from the shapes.
 */
import { listOf, nullable, oneOf, type Shape, TIME, wordsOf } from '@renderdeck/domain';
import { completeValue, shapeVariants } from '@renderdeck/domain/testing/shape-values';
import { HOST_SHAPES } from '@renderdeck/store';
import { beforeAll, expect, it } from 'vitest';
import { findJobView } from '../../src/index.ts';
import {
  acknowledge,
  aFarm,
  aQueuedJob,
  aRunningJob,
  cancel,
  expectDone,
  type RunningJob,
  reports,
  STOP,
} from '../../testing/index.ts';

const farm = aFarm();
const own = farm.hostOfFile('ae-01');
let job: RunningJob;
/** A host may add an attempt that the database lost, under a number that the job has counted. */
let lost: string;
beforeAll(async () => {
  job = await aRunningJob(farm, { worker: own.worker });
  lost = (await aQueuedJob(farm)).job.id;
  await farm.sql`update jobs set attempts = 999 where id = ${lost}`;
});
const VALUE = '$1::text::jsonb';
let written = 0;

/** Statements that write the value $1 into a column, with the login of the host. */
const INTO = {
  attempt: (column: string) =>
    `update attempts set ${column} = ${VALUE} where id = '${job.attemptId}'`,
  newAttempt: (column: string) =>
    `insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome, ${column})
    values (gen_random_uuid(), '${lost}', ${++written}, 'ae-01', gen_random_uuid(), 'marker',
      'lost', ${VALUE})`,
  host: (column: string) => `update render_hosts set ${column} = ${VALUE} where name = 'ae-01'`,
  job: (column: string) =>
    `with job as (
      update jobs set ${column} = ${VALUE}, version = version + 1 where id = '${job.id}' returning *
    ) insert into job_changes (job_id, version, event, status_before, status_after, actor)
      select id, version, 'allowPublish', status, status, 'ae-01' from job`,
  lines: () =>
    `insert into attempt_log (attempt_id, seq, stream, lines)
    values ('${job.attemptId}', ${++written}, 'nexrender', ${VALUE})`,
  stream: () =>
    `insert into attempt_log (attempt_id, seq, stream, lines)
    values ('${job.attemptId}', ${++written}, ${VALUE} #>> '{}', '[]')`,
} as const;

/** Where a host writes each column. */
const COLUMNS = {
  stop_report: INTO.attempt,
  removal_report: INTO.attempt,
  tree: INTO.attempt,
  usage: INTO.attempt,
  usage_history: INTO.attempt,
  cached_sources: INTO.attempt,
  transfer: INTO.attempt,
  steps: INTO.attempt,
  parts: INTO.attempt,
  publications: INTO.attempt,
  host_identity: INTO.newAttempt,
  identity: INTO.host,
  checks: INTO.host,
  preparation: INTO.host,
  kill_test: INTO.host,
  lost_outputs: INTO.host,
  warnings: INTO.job,
  lines: INTO.lines,
  stream: INTO.stream,
} as const;
/** A number by its type already: host-login-values.test.ts has its values. */
const NOT_JSON = ['progress'];
const WRITES = Object.entries(COLUMNS).map(([column, statement]) => ({
  ...{ column, shape: shapeOf(column) },
  statement: () => statement(column),
}));

function shapeOf(column: string): Shape {
  const shape = new Map(Object.entries(HOST_SHAPES.fields)).get(column);
  if (shape === undefined) throw new Error(`no shape for ${column}`);
  return shape;
}

async function write(statement: string, value: unknown): Promise<string> {
  return await own.sql.unsafe(statement, [JSON.stringify(value)]).then(
    ({ count }) => `${count} row`,
    ({ code }) => String(code),
  );
}

it('each shape has a test of its column', () => {
  const tested = [...Object.keys(COLUMNS), ...NOT_JSON].sort();
  expect(tested).toEqual(Object.keys(HOST_SHAPES.fields).sort());
});

it.each(WRITES)('$column: each value that its shape allows is written', async (target) => {
  for (const value of [completeValue(target.shape), ...shapeVariants(target.shape).allowed])
    expect([value, await write(target.statement(), value)]).toEqual([value, '1 row']);
});

it.each(WRITES)('$column: a value that its shape does not allow is refused', async (target) => {
  // Null means no value at all, and the column itself decides about that.
  const values = shapeVariants(target.shape).refused.filter((value) => value !== null);
  expect(values.length).toBeGreaterThan(0);
  for (const value of values)
    expect([value, await write(target.statement(), value)]).toEqual([value, 'RDHL1']);
});

it('the database has the shapes of this version, and understands each of their words', async () => {
  const [row] = await farm.sql`select host_shapes() as shapes`;
  expect(row?.shapes).toEqual(wordsOf(HOST_SHAPES));
  expect(wordsOf(listOf(nullable(oneOf(['a', 'b']))))).toEqual(['a|b?']);
  expect(wordsOf(nullable(listOf(TIME)))).toEqual({ '?': ['time'] });
});

it('a stop is acknowledged although Windows hid when a process started', async () => {
  const id = job.id;
  expectDone(await cancel(farm, id));
  const processes = STOP.processes.map((process) => ({ ...process, startedAt: null }));
  expectDone(await acknowledge(job, reports({ processes, firstSignalAt: null }), own.worker));
  expect((await findJobView(farm.db, id))?.receipt).toMatchObject({ outcome: 'cancelled' });
});
