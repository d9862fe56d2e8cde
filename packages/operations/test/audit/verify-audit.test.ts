import type { AuditLine } from '@renderdeck/domain';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Anchor,
  type AuditProof,
  LINES_AT_ONCE,
  sealAudit,
  sealHash,
  submitJob,
  verifyAudit,
} from '../../src/index.ts';
import { aFarm, aRequestContext, NEXRENDER_JOB, recordStatements } from '../../testing/index.ts';

const farm = await aFarm();

/** As whoever owns the server may: the triggers off, the rows changed, the triggers on again. */
async function tamper(statement: string): Promise<void> {
  await farm.look.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statement);
  });
}

/** A chain of six lines: ids and hashes by number. */
let chain: readonly { readonly seq: bigint; readonly id: string; readonly hash: string }[] = [];
async function chainSix(): Promise<void> {
  await tamper('truncate audit_log, audit_seals');
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
    await submitJob(aRequestContext(farm.db), {
      name,
      priority: 50,
      nexrenderJob: NEXRENDER_JOB,
      limits: {},
    });
  await sealAudit(farm);
  const rows =
    await farm.look`select seq::text, audit_id::text as id, hash from audit_seals order by seq`;
  chain = rows.map(({ seq, id, hash }) => ({ seq: BigInt(seq), id, hash }));
}
const at = (seq: number) => chain[seq - 1] ?? { seq: 0n, id: '', hash: '' };
const broken = async (anchor: Anchor | null = null) => (await verifyAudit(farm, { anchor })).broken;

describe('a chain of six lines', () => {
  beforeEach(chainSix);

  it('an untouched chain holds, and gives its head to keep elsewhere', async () => {
    expect(await verifyAudit(farm, { anchor: null })).toEqual({
      broken: null,
      head: { seq: 6n, hash: at(6).hash, at: expect.any(Date) },
      whole: true,
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
  ])('a line whose %s was set afterwards is named', async (change) => {
    await tamper(`update audit_log set ${change} where id = ${at(3).id}`);
    expect(await verifyAudit(farm, { anchor: null })).toMatchObject({
      broken: { seq: 3n, auditId: BigInt(at(3).id), what: 'changed' },
      head: { seq: 2n, hash: at(2).hash },
    });
  });

  it('of several changes the first is named', async () => {
    await tamper(`update audit_log set actor = 'eve' where id in (${at(5).id}, ${at(2).id})`);
    expect(await broken()).toMatchObject({ seq: 2n });
  });

  it('a line that was removed is named, alone or with its seal', async () => {
    await tamper(`delete from audit_log where id = ${at(4).id}`);
    expect(await broken()).toEqual({ seq: 4n, auditId: BigInt(at(4).id), what: 'lineMissing' });
    await tamper(`delete from audit_seals where seq = 4`);
    expect(await broken()).toEqual({ seq: 4n, auditId: null, what: 'sealMissing' });
  });

  it('numbers that were closed up after a removal do not hide it', async () => {
    await tamper(`delete from audit_log where id = ${at(4).id}`);
    await tamper('delete from audit_seals where seq = 4');
    for (const seq of [5, 6])
      await tamper(`update audit_seals set seq = ${seq - 1} where seq = ${seq}`);
    expect(await broken()).toMatchObject({ seq: 4n, what: 'changed' });
  });

  it('two lines that changed places are found', async () => {
    await tamper(
      `update audit_seals set audit_id = case audit_id when ${at(2).id} then -1 else ${at(2).id} end where seq in (2, 5)`,
    );
    await tamper(`update audit_seals set audit_id = ${at(5).id} where audit_id = -1`);
    expect(await broken()).toMatchObject({ seq: 2n, what: 'changed' });
  });

  it('an end that was cut off shows against an anchor, and only so', async () => {
    await tamper(`delete from audit_log where id = ${at(6).id}`);
    await tamper('delete from audit_seals where seq = 6');
    expect(await broken()).toBeNull();
    expect(await broken({ seq: 6n, hash: at(6).hash })).toEqual({
      seq: 6n,
      auditId: null,
      what: 'sealMissing',
    });
  });

  it('a chain that was written anew from a place on is whole, and shows against an anchor', async () => {
    await tamper(`update audit_log set actor = 'eve' where id = ${at(3).id}`);
    let before = at(2).hash;
    for (const { seq, id } of chain.slice(2)) {
      const [line] = await farm.look<
        AuditLine[]
      >`select id::text, at, actor_kind as "actorKind", actor, channel, address, request_id as "requestId",
      action, outcome, code, job_id as "jobId", reason, before, after from audit_log where id = ${id}`;
      if (line === undefined) throw new Error('the line is there');
      before = sealHash(seq, before, { ...line, id: BigInt(id) });
      await tamper(`update audit_seals set hash = '${before}' where seq = ${seq}`);
    }
    expect(await broken()).toBeNull();
    expect(await broken({ seq: 2n, hash: at(2).hash })).toBeNull();
    expect(await broken({ seq: 6n, hash: at(6).hash })).toEqual({
      seq: 6n,
      auditId: BigInt(at(6).id),
      what: 'notAnchored',
    });
  });

  it('lines without a seal are told apart: how many, and since when', async () => {
    await submitJob(aRequestContext(farm.db), {
      name: 'g',
      priority: 50,
      nexrenderJob: NEXRENDER_JOB,
      limits: {},
    });
    const [{ at: since } = { at: null }] =
      await farm.look`select at from audit_log order by id desc limit 1`;
    expect(await verifyAudit(farm, { anchor: null })).toMatchObject({
      broken: null,
      head: { seq: 6n },
      unsealed: { count: 1, since },
    });
  });
});

describe('a chain of twenty-three thousand lines', () => {
  const LENGTH = 23_000n;
  const OTHER = 'ab'.repeat(32);
  beforeAll(async () => {
    await tamper('truncate audit_log, audit_seals');
    for (let made = 0n; made < LENGTH; made += 1000n)
      await farm.look`insert into audit_log (actor_kind, actor, channel, action, outcome) select 'system', 'test', 'test', 'login', 'done' from generate_series(1, 1000)`;
    await sealAudit(farm);
  });
  /** Each call's proof and how often it asked the database. */
  async function verifyInParts(anchor: Anchor | null = null) {
    const parts = [];
    for (let after: Anchor | null = null; ; ) {
      const { db, asked } = recordStatements(farm.db);
      const proof: AuditProof = await verifyAudit({ db }, { anchor, after });
      parts.push({ proof, asked: asked.length });
      if (proof.whole || proof.broken !== null) return parts;
      after = proof.head;
    }
  }
  const sealAt = async (seq: number) => {
    const [seal] =
      await farm.look`select hash, audit_id::text as id from audit_seals where seq = ${seq}`;
    return { hash: String(seal?.hash), id: String(seal?.id) };
  };

  it('is walked in calls that each ask for no more than twenty pages of five hundred, and tell how far it holds', async () => {
    const parts = await verifyInParts();
    expect(
      parts.map(({ proof, asked }) => [
        proof.head?.seq,
        proof.whole,
        proof.broken,
        proof.unsealed?.count,
        asked,
      ]),
    ).toEqual([
      [10_000n, false, null, undefined, 20],
      [20_000n, false, null, undefined, 1 + 20],
      [LENGTH, true, null, 0, 1 + 7 + 1],
    ]);
    expect(LINES_AT_ONCE).toBe(10_000);
  });

  it('is held against an anchor in whichever part it lies', async () => {
    for (const seq of [9_999, 10_000, 10_001]) {
      expect(
        (await verifyInParts({ seq: BigInt(seq), hash: OTHER })).at(-1)?.proof.broken,
      ).toMatchObject({
        seq: BigInt(seq),
        what: 'notAnchored',
      });
    }
    const { hash } = await sealAt(10_000);
    expect((await verifyInParts({ seq: 10_000n, hash })).at(-1)?.proof).toMatchObject({
      broken: null,
      whole: true,
    });
    const cut = (await verifyInParts({ seq: LENGTH + 1n, hash: OTHER })).at(-1)?.proof;
    expect(cut).toMatchObject({
      broken: { seq: LENGTH + 1n, what: 'sealMissing' },
      head: { seq: LENGTH },
    });
  });

  it('is not gone on with from a place that is not, or no longer, in it', async () => {
    const { hash } = await sealAt(10_000);
    const from = async (after: Anchor, anchor: Anchor | null = null) =>
      (await verifyAudit(farm, { anchor, after })).broken;
    expect(await from({ seq: 10_000n, hash })).toBeNull();
    expect(await from({ seq: 10_000n, hash: OTHER })).toMatchObject({
      seq: 10_000n,
      what: 'changed',
    });
    expect(await from({ seq: LENGTH + 5n, hash })).toMatchObject({
      seq: LENGTH + 5n,
      what: 'sealMissing',
    });
    expect(await from({ seq: 10_000n, hash }, { seq: 10_000n, hash: OTHER })).toMatchObject({
      seq: 10_000n,
      what: 'notAnchored',
    });
    const end = { seq: LENGTH, hash: (await sealAt(Number(LENGTH))).hash };
    expect(await verifyAudit(farm, { anchor: null, after: end })).toMatchObject({
      broken: null,
      whole: true,
      head: end,
      unsealed: { count: 0 },
    });
  });

  it('that was changed in its second part is broken there, and the tail is told all the same', async () => {
    const { id } = await sealAt(12_345);
    await farm.look`insert into audit_log (actor_kind, actor, channel, action, outcome) values ('system', 'test', 'test', 'login', 'done')`;
    await tamper(`update audit_log set actor = 'eve' where id = ${id}`);
    const parts = await verifyInParts();
    expect(parts.map(({ proof }) => proof.head?.seq)).toEqual([10_000n, 12_344n]);
    expect(parts.at(-1)?.proof).toMatchObject({
      broken: { seq: 12_345n, auditId: BigInt(id), what: 'changed' },
      unsealed: { count: 1 },
    });
  });
});
