import { expect, it } from 'vitest';
import { formatTime } from '../../../components/time/format-time.ts';
import { readConflict } from './read-conflict.ts';

const at = '2026-11-25T02:14:12.000Z';

it('a stale version names who set what and when, and the version to set it on', () => {
  const facts = {
    expectedVersion: 3,
    version: 4,
    priority: 80,
    change: { by: 'Jonas', at, what: 'setPriority' },
  };
  const conflict = readConflict({ code: 'stale_version', status: 409, detail: '', facts });
  expect(conflict).toEqual({
    kind: 'changed',
    version: 4,
    priority: 80,
    text: `Jonas set 80 at ${formatTime(at)}.`,
  });
});

it('a job that left the queue has no priority to set', () => {
  const facts = { status: 'RENDERING', host: 'ae-05', startedAt: at, endedAt: null };
  const conflict = readConflict({ code: 'job_not_queued', status: 409, detail: '', facts });
  expect(conflict?.text).toBe(
    `It started on ae-05 at ${formatTime(at)}. Priority no longer matters.`,
  );
});
