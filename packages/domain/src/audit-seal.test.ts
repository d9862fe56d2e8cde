import { expect, test } from 'vitest';
import { type AuditLine, FIRST_HASH, sealText } from './audit-seal.ts';

const LINE: AuditLine = {
  id: 7n,
  at: new Date('2026-03-01T12:00:00.000Z'),
  actorKind: 'user',
  actor: 'ada',
  channel: 'rest',
  address: null,
  requestId: 'req-1',
  action: 'setPriority',
  outcome: 'done',
  code: null,
  jobId: '0198a000-0000-7000-8000-000000000001',
  reason: null,
  before: { priority: 50, position: 2 },
  after: { priority: 70, position: 1 },
};

test('the sealed text holds every field of a line, its number and the hash before it', () => {
  const text = sealText(1n, FIRST_HASH, LINE);
  const changes: Partial<AuditLine>[] = [
    { id: 8n },
    { at: new Date(1) },
    { actorKind: 'token' },
    { actor: 'sam' },
    { channel: 'trpc' },
    { address: '' },
    { requestId: null },
    { action: 'cancelJob' },
    { outcome: 'noop' },
    { code: 'forbidden' },
    { jobId: null },
    { reason: '' },
    { before: null },
    { after: { priority: 70, position: 2 } },
  ];
  const texts = [
    ...changes.map((change) => sealText(1n, FIRST_HASH, { ...LINE, ...change })),
    sealText(2n, FIRST_HASH, LINE),
    sealText(1n, 'ab', LINE),
  ];
  expect(Object.keys(LINE).sort()).toEqual(changes.flatMap((change) => Object.keys(change)).sort());
  expect(new Set([text, ...texts]).size).toBe(texts.length + 1);
});

test('the sealed text does not depend on the order of the keys of a value', () => {
  expect(sealText(1n, FIRST_HASH, { ...LINE, after: { position: 1, priority: 70 } })).toBe(
    sealText(1n, FIRST_HASH, LINE),
  );
});
