/*
 * A report of a host passes a login of its own in each form that its shape allows, and is refused
 * in any other form. All values are made from the shapes.
 */
import { listOf, nullable, oneOf, type Shape, TIME, wordsOf } from '@renderdeck/domain';
import { HOST_SHAPES } from '@renderdeck/store';
import { expect, it } from 'vitest';
import { acknowledgeStop, cancelJob, findJobView } from '../../src/index.ts';
import { aFarm, aRunningJob, attemptOf, expectDone, reports, STOP } from '../../testing/index.ts';

const farm = await aFarm();
const own = await farm.hostWithLogin('ae-01');
const job = await aRunningJob(farm, { worker: own.worker });

/** A complete value of a shape. */
function whole(shape: Shape): unknown {
  if ('maybe' in shape) return whole(shape.maybe);
  if ('list' in shape) return [whole(shape.list)];
  if ('fields' in shape)
    return Object.fromEntries(
      Object.entries(shape.fields).map(([name, field]) => [name, whole(field)]),
    );
  const word = shape.word.replace('?', '');
  const plain = {
    string: 'x',
    boolean: true,
    integer: 3,
    number: 2.5,
    time: '2026-03-01T12:00:00Z',
  };
  return word in plain ? Reflect.get(plain, word) : word.split('|')[0];
}

/** Values that differ from a complete value in one place each: allowed ones and refused ones. */
function variants(shape: Shape): { allowed: unknown[]; refused: unknown[] } {
  if ('word' in shape) {
    const isNullable = shape.word.endsWith('?');
    const others = shape.word.replace('?', '').split('|').slice(1);
    return {
      allowed: [...others, ...(isNullable ? [null] : [])],
      refused: [{}, ...(isNullable ? [] : [null])],
    };
  }
  if ('maybe' in shape) {
    const { allowed, refused } = variants(shape.maybe);
    return { allowed: [null, ...allowed], refused: refused.filter((value) => value !== null) };
  }
  if ('list' in shape) {
    const { allowed, refused } = variants(shape.list);
    const listed = (values: unknown[]) => values.map((value) => [value]);
    return { allowed: [[], ...listed(allowed)], refused: ['x', null, ...listed(refused)] };
  }
  const base = Object.fromEntries(
    Object.entries(shape.fields).map(([name, field]) => [name, whole(field)]),
  );
  const inPlace = (kind: 'allowed' | 'refused') =>
    Object.entries(shape.fields).flatMap(([name, field]) =>
      variants(field)[kind].map((value) => ({ ...base, [name]: value })),
    );
  return { allowed: inPlace('allowed'), refused: [[], null, ...inPlace('refused')] };
}

/** The program that writes each column which a host changes. */
const WRITES = Object.entries({
  stop_report: 'attempts',
  removal_report: 'attempts',
  tree: 'attempts',
  usage: 'attempts',
  usage_history: 'attempts',
  steps: 'attempts',
  parts: 'attempts',
  checks: 'render_hosts',
  preparation: 'render_hosts',
  kill_test: 'render_hosts',
} as const).map(([column, table]) => ({ column, table, shape: shapeOf(column) }));

function shapeOf(column: string): Shape {
  const shape = new Map(Object.entries(HOST_SHAPES.fields)).get(column);
  if (shape === undefined) throw new Error(`no shape for ${column}`);
  return shape;
}

async function write(table: string, column: string, value: unknown): Promise<string> {
  const where = table === 'attempts' ? `id = '${job.attemptId}'` : "name = 'ae-01'";
  return await own.sql
    .unsafe(`update ${table} set ${column} = $1::text::jsonb where ${where}`, [
      JSON.stringify(value),
    ])
    .then(
      ({ count }) => `${count} row`,
      ({ code }) => String(code),
    );
}

it.each(WRITES)('$column: each value that its shape allows is written', async (target) => {
  const { column, table, shape } = target;
  const values = [whole(shape), ...variants(shape).allowed];
  for (const value of values)
    expect([value, await write(table, column, value)]).toEqual([value, '1 row']);
});

it.each(WRITES)('$column: a value that its shape does not allow is refused', async (target) => {
  const { column, table, shape } = target;
  // Null means no value at all, and the column itself decides about that.
  const values = variants(shape).refused.filter((value) => value !== null);
  expect(values.length).toBeGreaterThan(0);
  for (const value of values)
    expect([value, await write(table, column, value)]).toEqual([value, 'RDHL1']);
});

it('the database has the shapes of this version, and understands each of their words', async () => {
  const [row] = await farm.sql`select host_shapes() as shapes`;
  expect(row?.shapes).toEqual(wordsOf(HOST_SHAPES));
  expect(wordsOf(listOf(nullable(oneOf(['a', 'b']))))).toEqual(['a|b?']);
  expect(wordsOf(nullable(listOf(TIME)))).toEqual({ '?': ['time'] });
});

it('a stop is acknowledged although Windows hid when a process started', async () => {
  const id = job.id;
  expectDone(await cancelJob(farm.admin, { id, reason: null }));
  const processes = STOP.processes.map((process) => ({ ...process, startedAt: null }));
  expectDone(
    await acknowledgeStop(own.worker, {
      attempt: attemptOf(job),
      reports: reports({ processes, firstSignalAt: null }),
    }),
  );
  expect((await findJobView(farm.db, id))?.receipt).toMatchObject({ outcome: 'cancelled' });
});
