import { findLastSeal, readUnsealed } from '@renderdeck/store';
import { holdOpen } from '@renderdeck/testing/race';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sealAudit, submitJob, verifyAudit } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  cancel,
  expectDone,
  NEXRENDER_JOB,
} from '../../testing/index.ts';
import { tamper } from './tamper.ts';

const farm = aFarm();
beforeEach(() => sealAudit(farm));
afterEach(async () => {
  await sealAudit(farm);
  expect(await verifyAudit(farm, { anchor: null })).toMatchObject({
    broken: null,
    unsealed: { count: 0 },
  });
});

const submit = async (name: string, db = farm.db) => {
  const submission = { name, priority: 50, nexrenderJob: NEXRENDER_JOB, limits: {} };
  return expectDone(await submitJob(aRequestContext(db), submission)).view;
};
/** The names of the submitted jobs, in the order in which their lines were sealed. */
const sealed = async () =>
  (
    await farm.sql`
      select l.after->>'name' as name from audit_seals s join audit_log l on l.id = s.audit_id
      where l.action = 'submitJob' order by s.seq`
  ).map(({ name }) => name);

it('lines are sealed in commit order, and an open transaction delays no other line', async () => {
  const slow = await holdOpen(farm.db, (tx) => submit('first id, last commit', tx));
  await submit('second id, first commit');
  expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 1 });
  expect((await sealed()).slice(-1)).toEqual(['second id, first commit']);
  await slow.commit();
  expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 1 });
  expect((await sealed()).slice(-2)).toEqual(['second id, first commit', 'first id, last commit']);
  expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 0 });
});

it('a line that is rolled back leaves no hole in the chain', async () => {
  const held = await holdOpen(farm.db, (tx) => submit('rolled back', tx));
  await submit('kept');
  await held.rollBack();
  expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 1 });
  expect((await sealed()).slice(-1)).toEqual(['kept']);
});

it('one sealer works at a time: a second one returns at once, and actions never wait', async () => {
  await submit('a');
  const sealer = await holdOpen(farm.db, (db) => sealAudit({ db }));
  expect(sealer.result).toEqual({ ok: true, sealed: 1 });
  expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 0 });
  const { job } = await submit('while it seals');
  expect((await cancel(farm, job.id)).ok).toBe(true);
  await sealer.commit();
  expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 2 });
});

it('a sealer that fails seals nothing, and the next one seals everything', async () => {
  await submit('b');
  const failed = await holdOpen(farm.db, (db) => sealAudit({ db }));
  await failed.rollBack();
  expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 1 });
});

it('many sealers at once make one chain, over several batches of one transaction', async () => {
  const before = (await farm.sql`select count(*)::int as n from audit_seals`)[0]?.n;
  await farm.sql`
    insert into audit_log (actor_kind, actor, channel, action, outcome)
    select 'system', 'test', 'test', 'login', 'done' from generate_series(1, 1203)`;
  for (let count = 0; count < 40; count += 1) await submit(`c${count}`);
  const counts = await Promise.all(Array.from({ length: 6 }, () => sealAudit(farm)));
  expect(counts.reduce((sum, { sealed }) => sum + sealed, 0)).toBe(1243);
  const [chain] = await farm.sql`
      select count(*)::int as n, max(seq)::int as last, count(distinct audit_id)::int as lines
      from audit_seals`;
  expect(chain).toEqual({ n: before + 1243, last: before + 1243, lines: before + 1243 });
});

it('only new lines are read; after a restore into a new cluster, all lines once', async () => {
  await submit('d');
  await sealAudit(farm);
  const below = async () =>
    (
      await farm.sql`select sealed_below::text as below from audit_seals order by seq desc limit 1`
    )[0]?.below;
  expect(await readUnsealed(farm.db, await findLastSeal(farm.db), 10)).toEqual([]);
  await farm.sql`alter table audit_seals disable trigger user`;
  await farm.sql`
    update audit_seals set sealed_below = '900000000000'
    where seq = (select max(seq) from audit_seals)`;
  await farm.sql`alter table audit_seals enable trigger user`;
  await submit('after the restore');
  expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 1 });
  expect(BigInt(await below())).toBeLessThan(900000000000n);
  await aQueuedJob(farm);
  expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 1 });
});

it('after a restore no line is skipped, even if the ids catch up before a seal', async () => {
  await submit('sealed in the old cluster');
  await sealAudit(farm);
  await submit('restored without a seal, ahead of this cluster');
  await tamper(
    farm,
    `update audit_seals set sealed_below = (pg_current_xact_id()::text::bigint + 20)::text::xid8
     where seq = (select max(seq) from audit_seals);
     update audit_log set xid = (pg_current_xact_id()::text::bigint + 9000)::text::xid8
     where id = (select max(id) from audit_log)`,
  );
  await submit('new, below the ids of the old cluster');
  for (let used = 0; used < 30; used += 1) await farm.sql`select pg_current_xact_id()`;
  expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 2 });
});

it('a seal cannot be changed or removed, not even by the owner of the table', async () => {
  for (const change of [
    "update audit_seals set hash = ''",
    'delete from audit_seals',
    'truncate audit_seals',
  ])
    await expect(farm.sql.unsafe(change)).rejects.toThrow('audit_seals is append-only');
});
