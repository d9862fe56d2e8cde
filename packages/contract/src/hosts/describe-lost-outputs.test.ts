import { expect, test } from 'vitest';
import { describeLostOutputs } from './describe-lost-outputs.ts';

const lost = { jobId: 'j1', attemptId: 'a1', isSure: true, at: '2026-03-01T12:00:00.000Z' };

test('each lost output is one sentence with its job and its paths', () => {
  const lostOutputs = [
    { ...lost, outputs: ['/out/a.mov', '/out/b.mov'] },
    { ...lost, outputs: ['/out/c.mov'], isSure: false },
    { ...lost, outputs: [] },
  ];
  expect(describeLostOutputs({ lostOutputs })).toEqual([
    'The database lost job j1, but this host had rendered it. Its output is out: /out/a.mov, ' +
      '/out/b.mov.',
    'The database lost job j1, but this host had rendered it. Its output may be out: /out/c.mov.',
    'The database lost job j1, but this host had rendered it. Its output is out.',
  ]);
});
