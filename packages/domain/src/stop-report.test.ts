import { expect, test } from 'vitest';
import { stopReport } from '../test/an-attempt.ts';
import { provesEnd } from './stop-report.ts';

const survivor = { pid: 4100, name: 'AfterFX', state: 'uninterruptible' };

test.each([
  ['a proof and no survivors', {}, true],
  ['a survivor', { survivors: [survivor] }, false],
  ['no proof', { proof: null }, false],
] as const)('a report with %s proves the end: %s', (_what, otherwise, proves) => {
  expect(provesEnd({ ...stopReport, ...otherwise })).toBe(proves);
});
