import { describeStop, PROOF_LIMIT_MS, statusLabel } from '@renderdeck/contract';
import { ASKED_MS, stoppedJobs } from '@renderdeck/contract/testing/stopped-jobs';
import { expect, it } from 'vitest';
import { describeReceipt } from './describe-receipt.ts';

it('the verdict, the status of the job and the contract have the same word at each moment', () => {
  const seen = new Set<string>();
  for (const job of stoppedJobs())
    for (const waitedMs of [0, PROOF_LIMIT_MS - 1, PROOF_LIMIT_MS]) {
      const nowMs = ASKED_MS + waitedMs;
      const { label } = describeStop(job.receipt, nowMs);
      const { verdict } = describeReceipt(job, job.receipt, nowMs);
      expect([verdict.status, statusLabel(job, false, nowMs)]).toEqual([label, label]);
      const words = ['Stopping', 'Stopped', 'Not proven', 'Finished'];
      const said = words.filter((word) => verdict.title.startsWith(word));
      expect([[], [label]]).toContainEqual(said);
      seen.add(label);
    }
  expect(seen.size).toBe(4);
});
