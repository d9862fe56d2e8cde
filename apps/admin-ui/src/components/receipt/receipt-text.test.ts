import { expect, it } from 'vitest';
import { ASKED_AT, aJob, aProvenReceipt } from '../../testing/a-job.ts';
import { formatDateTime } from '../time/format-time.ts';
import { receiptText } from './describe-receipt.ts';

it('as plain text for a chat it has the job, the times, each process and the link', () => {
  const receipt = aProvenReceipt();
  const at = (time: string | null) => `(${formatDateTime(time ?? '')})`;
  expect(
    receiptText(aJob(), receipt, Date.parse(ASKED_AT), 'https://desk.example/receipts/4812'),
  ).toBe(
    [
      `spot_0142 (${aJob().id})`,
      `Receipt #4812, as of ${formatDateTime(ASKED_AT)}`,
      'Stopped. Nothing of this render is running on ae-03. Took 8.2 s.',
      'No output was published.',
      `1. Asked: Mira K. Reason: wrong version ${at(ASKED_AT)}`,
      `2. Recorded: #4812 ${at(ASKED_AT)}`,
      `3. Delivered: ae-03 confirmed, 0.4 s ${at(receipt.deliveredAt)}`,
      `4. Processes: 3 of 3 ended ${at(receipt.deadAt)}`,
      '   nexrender 4100: left when asked (SIGTERM)',
      '   aerender 4110: left when asked (SIGTERM)',
      '   AfterFX 4120: left when asked (SIGTERM)',
      '5. Files: 4.1 GB in 312 files removed, 0.9 s',
      '6. Proof: By the kernel: the container that held this job on ae-03 is empty. ' +
        at(receipt.confirmedAt),
      'https://desk.example/receipts/4812',
    ].join('\n'),
  );
});

it('has the warnings about the output', () => {
  const warnings = ['/out/a.mp4 may have been published twice.'];
  const receipt = { ...aProvenReceipt(), warnings };
  const lines = receiptText(aJob(), receipt, Date.parse(ASKED_AT), '').split('\n');
  expect(lines[4]).toBe(warnings[0]);
});
