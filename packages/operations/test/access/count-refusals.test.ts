import { randomUUID } from 'node:crypto';
import { waitFor } from '@renderdeck/testing';
import { holdOpen } from '@renderdeck/testing/race';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { countRefusals, writeRefusalCounts } from '../../src/index.ts';
import { aFarm, aRequestContext, expectAudit, recordStatements } from '../../testing/index.ts';

const farm = aFarm();
const fail = (error: unknown) => {
  throw error;
};
const anonymous = (address: string | null) => {
  const context = aRequestContext(farm.db);
  return {
    ...context,
    requestContext: {
      ...context.requestContext,
      actor: { kind: 'anonymous', name: 'unknown' },
      address,
    },
  } as const;
};
const ANONYMOUS = { actorKind: 'anonymous', actor: 'unknown', outcome: 'refused' } as const;

type Record = ReturnType<typeof countRefusals>['record'];
/** The same refusal, so many times, one after the other; each of another job if it names one. */
async function refuse(
  { record }: { readonly record: Record },
  times: number,
  ...[by, refusal]: Parameters<Record>
): Promise<void> {
  for (let count = 0; count < times; count += 1)
    await record(by, { ...refusal, jobId: refusal.jobId && randomUUID() });
}
const TOO_MANY = { action: 'login', code: 'too_many_requests', jobId: null } as const;
const CANCEL = { action: 'cancelJob', code: 'unauthenticated', jobId: null } as const;

/** One API process. */
const aCounter = () => countRefusals(farm.db, fail);
const counts = async () => [
  ...(await farm.sql`select who, whole, more from refusal_counts order by minute, who`),
];
/** Ends the current minute by moving its counts to the previous minute. */
const endTheMinute = () =>
  farm.sql`update refusal_counts set minute = minute - interval '1 minute'`;
beforeEach(async () => {
  // If a minute ended during a test, it would split the counts of the test.
  await waitFor(
    async () =>
      (await farm.sql`select extract(second from clock_timestamp()) < 45 as early`)[0]?.early,
    { withinMs: 30_000 },
  );
  await farm.sql`delete from refusal_counts`;
});

it('a refusal writes one audit line with actor, action and code, and nothing else', async () => {
  const jobId = randomUUID();
  const seen = await farm.trace(() =>
    aCounter().record(aRequestContext(farm.db, 'uma', 'viewer'), {
      ...{ action: 'cancelJob', code: 'forbidden', jobId },
    }),
  );
  expectAudit(seen, {
    action: 'cancelJob',
    outcome: 'refused',
    actor: 'uma',
    code: 'forbidden',
    jobId,
  });
  expect([seen.changes, seen.notifications]).toEqual([[], []]);
});

it('an anonymous address gets one line a minute; its other refusals become one count', async () => {
  const refusals = aCounter();
  const seen = await farm.trace(async () => {
    await refuse(refusals, 300, anonymous('192.0.2.1'), { ...CANCEL, jobId: randomUUID() });
    await refuse(refusals, 20, anonymous('192.0.2.1'), { ...CANCEL, action: 'listJobs' });
    await refuse(refusals, 1, anonymous('198.51.100.9'), { ...CANCEL, action: 'submitJob' });
    await refusals.flush();
    await writeRefusalCounts(farm);
  });
  expect(seen.audit.map(({ address, action }) => [address, action])).toEqual([
    ['192.0.2.1', 'cancelJob'],
    ['198.51.100.9', 'submitJob'],
  ]);
  const [{ minute } = { minute: new Date(0) }] =
    await farm.sql`select min(minute) - interval '1 minute' as minute from refusal_counts`;
  await endTheMinute();
  const count = await farm.trace(() => writeRefusalCounts(farm));
  expect(count.audit).toMatchObject([
    {
      ...ANONYMOUS,
      action: 'countRefusals',
      address: '192.0.2.1',
      requestId: null,
      after: { since: minute.toISOString(), cancelJob: 299, listJobs: 20 },
    },
  ]);
  expect((await farm.trace(() => writeRefusalCounts(farm))).audit).toEqual([]);
  expect(await counts()).toEqual([]);
});

it('processes that refuse one address at once write one line and one count a minute', async () => {
  const processes = Array.from({ length: 5 }, aCounter);
  const seen = await farm.trace(async () => {
    await Promise.all(
      processes.flatMap((refusals) =>
        Array.from({ length: 40 }, () => refusals.record(anonymous('192.0.2.50'), CANCEL)),
      ),
    );
    await Promise.all(processes.map((refusals) => refusals.flush()));
    await endTheMinute();
    await Promise.all([1, 2, 3].map(() => writeRefusalCounts(farm)));
  });
  expect(seen.audit.map(({ action, after }) => [action, after])).toEqual([
    ['cancelJob', null],
    ['countRefusals', { since: expect.any(String), cancelJob: 199 }],
  ]);
});

it('counts reach the database after a moment, and many refusals cost few writes', async () => {
  const { db, statements } = recordStatements(farm.db);
  const refusals = countRefusals(db, fail, { addAfterMs: 20 });
  await refuse(refusals, 1000, anonymous('192.0.2.60'), TOO_MANY);
  await waitFor(async () => (await counts())[0]?.more.login === 999, { what: 'the count' });
  expect(statements.length).toBeLessThan(100);
});

it('after the minute the next refusal gets a line of its own again', async () => {
  const refusals = aCounter();
  await refusals.record(anonymous('192.0.2.77'), TOO_MANY);
  await endTheMinute();
  const seen = await farm.trace(async () => {
    await aCounter().record(anonymous('192.0.2.77'), TOO_MANY);
    await writeRefusalCounts(farm);
  });
  expect(seen.audit.map(({ action, code }) => [action, code])).toEqual([
    ['login', 'too_many_requests'],
  ]);
});

it('a count and its line commit together; if a writer fails, the next writes them', async () => {
  const refusals = aCounter();
  await refuse(refusals, 3, anonymous('192.0.2.78'), TOO_MANY);
  await refusals.flush();
  await endTheMinute();
  const failed = await holdOpen(farm.db, (db) => writeRefusalCounts({ db }));
  await failed.rollBack();
  const seen = await farm.trace(() => writeRefusalCounts(farm));
  expect(seen.audit).toMatchObject([{ action: 'countRefusals', after: { login: 2 } }]);
});

it('a signed-in actor gets sixty lines a minute, then its refusals are counted', async () => {
  const processes = [aCounter(), aCounter()];
  const uma = aRequestContext(farm.db, 'uma', 'viewer');
  const seen = await farm.trace(async () => {
    for (let count = 0; count < 75; count += 1)
      await processes[count % 2]?.record(uma, {
        ...CANCEL,
        code: 'forbidden',
        jobId: randomUUID(),
      });
    for (const refusals of processes) await refusals.flush();
    await endTheMinute();
    await writeRefusalCounts(farm);
  });
  expect(seen.audit).toHaveLength(61);
  expect(seen.audit.at(-1)).toMatchObject({
    actor: 'uma',
    action: 'countRefusals',
    jobId: null,
    after: { cancelJob: 15 },
  });
});

it('a process counts so many addresses separately, and all others together', async () => {
  const refusals = countRefusals(farm.db, fail, { mostApart: 50 });
  const seen = await farm.trace(async () => {
    const refuse = (index: number) =>
      refusals.record(anonymous(`2001:db8:${index.toString(16)}::1`), CANCEL);
    for (let from = 0; from < 60; from += 20)
      await Promise.all(Array.from({ length: 20 }, (_, at) => refuse(from + at)));
    await refusals.flush();
    await endTheMinute();
    await writeRefusalCounts(farm);
  });
  expect(seen.audit).toHaveLength(52);
  expect(seen.audit.at(-1)).toMatchObject({
    action: 'countRefusals',
    address: null,
    after: { cancelJob: 9 },
  });
});

it('when the minute of an address is over, another one is counted in its place', async () => {
  const refusals = countRefusals(farm.db, fail, { mostApart: 2 });
  const refuse = (address: string) => refusals.record(anonymous(address), CANCEL);
  const who = async () => (await counts()).map((row) => row.who.split(' ').at(-1)).sort();
  for (const host of [1, 2, 3]) await refuse(`192.0.2.${host}`);
  expect(await who()).toEqual(['192.0.2.1', '192.0.2.2', 'others']);
  onTestFinished(() => void vi.restoreAllMocks());
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
  await refuse('192.0.2.4');
  expect(await who()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.4', 'others']);
});

it('a count that cannot be saved is reported, and saved with the next one', async () => {
  const errors: unknown[] = [];
  const broken = {
    ...farm.db,
    begin: farm.db.begin,
    insert: farm.db.insert.bind(farm.db),
  };
  const insert = broken.insert;
  const refusals = countRefusals(broken, (error) => errors.push(error));
  await refuse(refusals, 3, anonymous('192.0.2.3'), TOO_MANY);
  broken.insert = () => fail(new Error('away'));
  await refusals.flush();
  expect(errors).toEqual([new Error('away')]);
  broken.insert = insert;
  await refusals.flush();
  expect(await counts()).toMatchObject([{ more: { login: 2 } }]);
});
