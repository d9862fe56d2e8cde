import { describeStop, type WireCancelReceipt, type WireJob } from '@renderdeck/contract';
import { formatDateTime } from '../time/format-time.ts';
import { describeEnd, type Process } from './describe-end.ts';
import { describeSteps, type ReceiptStep } from './describe-steps.ts';
import { describeVerdict, type Verdict } from './describe-verdict.ts';

export type DescribedReceipt = {
  readonly verdict: Verdict;
  readonly steps: readonly ReceiptStep[];
};

/** A cancel receipt as texts: the verdict and six steps. */
export function describeReceipt(
  job: WireJob,
  receipt: WireCancelReceipt,
  nowMs: number,
): DescribedReceipt {
  const stop = describeStop(receipt, nowMs);
  const steps = describeSteps(receipt, stop.unproven, nowMs);
  return { verdict: describeVerdict(job, receipt, stop, steps, nowMs), steps };
}

/** The receipt as plain text for a chat: which job, when, each process and how it ended, where. */
export function receiptText(
  job: WireJob,
  receipt: WireCancelReceipt,
  nowMs: number,
  link: string,
): string {
  const { verdict, steps } = describeReceipt(job, receipt, nowMs);
  return [
    `${job.name} (${job.id})`,
    `Receipt #${receipt.number}, as of ${formatDateTime(new Date(nowMs).toISOString())}`,
    `${verdict.title} ${verdict.text}`,
    ...verdict.more,
    ...steps.flatMap(({ title, text, at }, index) => [
      `${index + 1}. ${title}: ${text}${at === null ? '' : ` (${formatDateTime(at)})`}`,
      ...(title === 'Processes' ? receipt.processes.map((one) => processLine(one, receipt)) : []),
      ...(title === 'Files' ? receipt.files.leftovers.map(({ path }) => `   kept: ${path}`) : []),
    ]),
    link,
  ].join('\n');
}

function processLine(process: Process, receipt: WireCancelReceipt): string {
  const { name, pid, endedBy } = process;
  const signal = endedBy === null || endedBy === 'itself' ? '' : ` (${endedBy})`;
  return `   ${name} ${pid}: ${describeEnd(process, receipt)}${signal}`;
}
