import { expect, it } from 'vitest';
import { spellsStatus } from './status-words.ts';

it.each(["if (job.status === 'QUEUED') return;", 'status: "CANCELLED",'])(
  '%s spells a status',
  (line) => {
    expect(spellsStatus(line)).toBe(true);
  },
);

it.each([
  'if (job.status === TRANSITIONS.claim.from) return;',
  '// a QUEUED job waits',
  "'PAUSED'",
])('%s spells no status', (line) => {
  expect(spellsStatus(line)).toBe(false);
});
