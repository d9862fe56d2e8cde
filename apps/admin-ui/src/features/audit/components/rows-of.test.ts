import type { WireAuditEntry, WireAuditHole } from '@renderdeck/contract';
import { expect, it } from 'vitest';
import { rowsOf } from './rows-of.ts';

const at = (minute: number) => `2026-11-26T02:${String(minute).padStart(2, '0')}:00.000Z`;
const entry = (minute: number): WireAuditEntry => ({
  ...{ id: String(minute), at: at(minute), actor: { kind: 'user', name: 'ada' } },
  ...{ channel: 'rest', address: null, requestId: null, action: 'login', outcome: 'done' },
  ...{ code: null, result: 'done', jobId: null, jobName: null, reason: null },
  ...{ before: null, after: null, seal: null },
});
const hole = (from: number, to: number): WireAuditHole => ({
  ...{ from: at(from), to: at(to), why: 'down' },
});

it('a hole stands where no entry was written, also before the first and after the last', () => {
  const pages = [
    { entries: [entry(50), entry(40)], holes: [hole(51, 55), hole(41, 45)] },
    { entries: [entry(30)], holes: [hole(31, 35), hole(10, 20), hole(5, 8)] },
  ];
  expect(rowsOf(pages).map(({ key }) => key.replace(/T02:(\d\d).*/, '$1'))).toEqual([
    'hole 2026-11-2651',
    '50',
    'hole 2026-11-2641',
    '40',
    'hole 2026-11-2631',
    '30',
    'hole 2026-11-2610',
    'hole 2026-11-2605',
  ]);
});
