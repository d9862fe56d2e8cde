import type { WireCancelReceipt, WireJob } from '@renderdeck/contract';
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
  const steps = describeSteps(receipt, nowMs);
  return { verdict: describeVerdict(job, receipt, steps, nowMs), steps };
}

/** The receipt as plain text, to be pasted elsewhere. */
export function receiptText(job: WireJob, receipt: WireCancelReceipt, nowMs: number): string {
  const { verdict, steps } = describeReceipt(job, receipt, nowMs);
  const lines = steps.map(({ title, text }, index) => `${index + 1}. ${title}: ${text}`);
  return [job.name, `${verdict.title} ${verdict.text}`, ...verdict.more, ...lines].join('\n');
}
