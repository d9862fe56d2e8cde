import type { AuditLine } from '@renderdeck/domain';
import { beforeEach, expect, it } from 'vitest';
import { type Anchor, sealAudit, sealHash, submitJob, verifyAudit } from '../../src/index.ts';
import { aFarm, aRequestContext, NEXRENDER_JOB } from '../../testing/index.ts';
import { tamper } from './tamper.ts';

const farm = aFarm();

/** The seals of the chain, in order. */
let chain: readonly { readonly seq: bigint; readonly id: string; readonly hash: string }[] = [];
async function chainSix(): Promise<void> {
  await tamper(farm, 'truncate audit_log, audit_seals');
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
    await submitJob(aRequestContext(farm.db), {
      name,
      priority: 50,
      nexrenderJob: NEXRENDER_JOB,
      limits: {},
    });
  await sealAudit(farm);
  const rows =
    await farm.sql`select seq::text, audit_id::text as id, hash from audit_seals order by seq`;
  chain = rows.map(({ seq, id, hash }) => ({ seq: BigInt(seq), id, hash }));
}
const at = (seq: number) => chain[seq - 1] ?? { seq: 0n, id: '', hash: '' };
const broken = async (anchor: Anchor | null = null) => (await verifyAudit(farm, { anchor })).broken;

beforeEach(chainSix);

it('an untouched chain holds and returns its head', async () => {
  expect(await verifyAudit(farm, { anchor: null })).toEqual({
    verdict: 'sound',
    broken: null,
    head: { seq: 6n, hash: at(6).hash, at: expect.any(Date) },
    unsealed: { count: 0, since: null },
  });
  expect(await broken({ seq: 3n, hash: at(3).hash })).toBeNull();
});

it.each([
  ["actor = 'eve'"],
  ["at = at + interval '1 ms'"],
  ["outcome = 'noop'"],
  ['job_id = null'],
  [`after = '{"name": "c", "priority": 51}'`],
  ["reason = 'because'"],
])('a line that was changed afterwards (%s) is named', async (change) => {
  await tamper(farm, `update audit_log set ${change} where id = ${at(3).id}`);
  expect(await verifyAudit(farm, { anchor: null })).toMatchObject({
    verdict: 'broken',
    broken: { seq: 3n, auditId: BigInt(at(3).id), what: 'changed' },
    head: { seq: 2n, hash: at(2).hash },
  });
});

it('of several changes the first is named', async () => {
  await tamper(farm, `update audit_log set actor = 'eve' where id in (${at(5).id}, ${at(2).id})`);
  expect(await broken()).toMatchObject({ seq: 2n });
});

it('a line that was removed is named, whether or not its seal was removed too', async () => {
  await tamper(farm, `delete from audit_log where id = ${at(4).id}`);
  expect(await broken()).toEqual({ seq: 4n, auditId: BigInt(at(4).id), what: 'lineMissing' });
  await tamper(farm, `delete from audit_seals where seq = 4`);
  expect(await broken()).toEqual({ seq: 4n, auditId: null, what: 'sealMissing' });
});

it('a removal is found even if the later numbers were moved up', async () => {
  await tamper(farm, `delete from audit_log where id = ${at(4).id}`);
  await tamper(farm, 'delete from audit_seals where seq = 4');
  for (const seq of [5, 6])
    await tamper(farm, `update audit_seals set seq = ${seq - 1} where seq = ${seq}`);
  expect(await broken()).toMatchObject({ seq: 4n, what: 'changed' });
});

it('two lines that exchanged their places are found', async () => {
  await tamper(
    farm,
    `update audit_seals
        set audit_id = case audit_id when ${at(2).id} then -1 else ${at(2).id} end
        where seq in (2, 5)`,
  );
  await tamper(farm, `update audit_seals set audit_id = ${at(5).id} where audit_id = -1`);
  expect(await broken()).toMatchObject({ seq: 2n, what: 'changed' });
});

it('a chain that was cut off at its end is found only with an anchor', async () => {
  await tamper(farm, `delete from audit_log where id = ${at(6).id}`);
  await tamper(farm, 'delete from audit_seals where seq = 6');
  expect(await broken()).toBeNull();
  expect(await broken({ seq: 6n, hash: at(6).hash })).toEqual({
    seq: 6n,
    auditId: null,
    what: 'sealMissing',
  });
});

it('a chain that was rewritten from one place on is found only with an anchor', async () => {
  await tamper(farm, `update audit_log set actor = 'eve' where id = ${at(3).id}`);
  let before = at(2).hash;
  for (const { seq, id } of chain.slice(2)) {
    const [line] = await farm.sql<AuditLine[]>`
        select id::text, at, actor_kind as "actorKind", actor, channel, address,
          request_id as "requestId", action, outcome, code, job_id as "jobId", reason, before, after
        from audit_log where id = ${id}`;
    if (line === undefined) throw new Error('the line is there');
    before = sealHash(seq, before, { ...line, id: BigInt(id) });
    await tamper(farm, `update audit_seals set hash = '${before}' where seq = ${seq}`);
  }
  expect(await broken()).toBeNull();
  expect(await broken({ seq: 2n, hash: at(2).hash })).toBeNull();
  expect(await broken({ seq: 6n, hash: at(6).hash })).toEqual({
    seq: 6n,
    auditId: BigInt(at(6).id),
    what: 'notAnchored',
  });
});

it('lines without a seal are counted, with the time of the first one', async () => {
  await submitJob(aRequestContext(farm.db), {
    name: 'g',
    priority: 50,
    nexrenderJob: NEXRENDER_JOB,
    limits: {},
  });
  const [{ at: since } = { at: null }] =
    await farm.sql`select at from audit_log order by id desc limit 1`;
  expect(await verifyAudit(farm, { anchor: null })).toMatchObject({
    broken: null,
    head: { seq: 6n },
    unsealed: { count: 1, since },
  });
});
