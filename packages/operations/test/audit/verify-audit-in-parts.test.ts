import { beforeAll, expect, it } from 'vitest';
import {
  type Anchor,
  type AuditProof,
  LINES_AT_ONCE,
  sealAudit,
  verifyAudit,
} from '../../src/index.ts';
import { aFarm, recordStatements } from '../../testing/index.ts';
import { tamper } from './tamper.ts';

const farm = aFarm();
const insertLines = (count: number) => farm.sql`
  insert into audit_log (actor_kind, actor, channel, action, outcome)
  select 'system', 'test', 'test', 'login', 'done' from generate_series(1, ${count}::int)`;
const LENGTH = 23_000n;
/** One transaction: all statements of a part read one snapshot. */
const BEGIN = 1;
const OTHER = 'ab'.repeat(32);
beforeAll(async () => {
  await tamper(farm, 'truncate audit_log, audit_seals');
  for (let made = 0n; made < LENGTH; made += 1000n) await insertLines(1000);
  await sealAudit(farm);
});
/** The result of each call, and how many statements it sent. */
async function verifyInParts(anchor: Anchor | null = null) {
  const parts = [];
  for (let after: Anchor | null = null; ; ) {
    const { db, statements } = recordStatements(farm.db);
    const proof: AuditProof = await verifyAudit({ db }, { anchor, after });
    parts.push({ proof, statements: statements.length });
    if (proof.verdict !== 'continues') return parts;
    after = proof.head;
  }
}
const sealAt = async (seq: number) => {
  const [seal] =
    await farm.sql`select hash, audit_id::text as id from audit_seals where seq = ${seq}`;
  return { hash: String(seal?.hash), id: String(seal?.id) };
};

it('a long chain is verified in calls of at most twenty pages of 500 lines', async () => {
  const parts = await verifyInParts();
  expect(
    parts.map(({ proof, statements }) => [
      proof.head?.seq,
      proof.verdict,
      proof.broken,
      proof.unsealed?.count,
      statements,
    ]),
  ).toEqual([
    [10_000n, 'continues', null, undefined, BEGIN + 20],
    [20_000n, 'continues', null, undefined, BEGIN + 1 + 20],
    [LENGTH, 'sound', null, 0, BEGIN + 1 + 7 + 1],
  ]);
  expect(LINES_AT_ONCE).toBe(10_000);
});

it('a long chain is compared with an anchor in each of its parts', async () => {
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
    verdict: 'sound',
  });
  const cut = (await verifyInParts({ seq: LENGTH + 1n, hash: OTHER })).at(-1)?.proof;
  expect(cut).toMatchObject({
    broken: { seq: LENGTH + 1n, what: 'sealMissing' },
    head: { seq: LENGTH },
  });
});

it('a long chain is not continued from a place that it does not contain', async () => {
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
    verdict: 'sound',
    head: end,
    unsealed: { count: 0 },
  });
});

it('a change in the second part is found, and unsealed lines are still counted', async () => {
  const { id } = await sealAt(12_345);
  await insertLines(1);
  await tamper(farm, `update audit_log set actor = 'eve' where id = ${id}`);
  const parts = await verifyInParts();
  expect(parts.map(({ proof }) => proof.head?.seq)).toEqual([10_000n, 12_344n]);
  expect(parts.at(-1)?.proof).toMatchObject({
    broken: { seq: 12_345n, auditId: BigInt(id), what: 'changed' },
    unsealed: { count: 1 },
  });
});
