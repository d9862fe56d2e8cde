import {
  PROOF_LIMIT_MS,
  type StatusLabel,
  unprovenOf,
  type WireCancelReceipt,
  type WireJob,
} from '@renderdeck/contract';
import {
  formatCount,
  formatDuration,
  formatShortDuration,
  formatTime,
} from '../time/format-time.ts';
import type { ReceiptStep } from './describe-steps.ts';
import { describeUnproven } from './describe-unproven.ts';

export type Verdict = {
  readonly status: StatusLabel;
  readonly title: string;
  readonly text: string;
  /** What happened to the output, or what to do now. */
  readonly more: readonly string[];
};

/** The result of a stop in one sentence, or how far the stop is. */
export function describeVerdict(
  job: WireJob,
  receipt: WireCancelReceipt,
  steps: readonly ReceiptStep[],
  nowMs: number,
): Verdict {
  switch (receipt.outcome) {
    case 'cancelled':
      return cancelled(job, receipt);
    case 'finishedFirst':
      return finishedFirst(job, receipt);
    case 'unconfirmed':
      return unconfirmed(receipt);
    case 'declared':
      return declared(receipt);
    case 'cancelling':
      return cancelling(receipt, steps, nowMs);
  }
}

function cancelled({ attempt }: WireJob, receipt: WireCancelReceipt): Verdict {
  const { host, output, files, askToProofMs } = receipt;
  const status = 'Stopped';
  const more = [OUTPUT_TEXTS[output], ...provenLate(receipt)];
  if (host === null) {
    const was = attempt === null ? 'It had not started' : 'It waited';
    return { status, title: 'Stopped.', text: `${was} and left the queue.`, more };
  }
  const kept = files.leftovers.length;
  if (kept > 0) {
    const text = `${formatCount(kept, 'file')} could not be removed.`;
    return { status, title: 'Stopped, files left.', text, more };
  }
  const took = askToProofMs === null ? '' : ` Took ${formatShortDuration(askToProofMs)}.`;
  const text = `Nothing of this render is running on ${host}.${took}`;
  return { status, title: 'Stopped.', text, more };
}

/** Both times, if the stop was proven only after its time limit. */
function provenLate({ requestedAt, askToProofMs, confirmedAt }: WireCancelReceipt): string[] {
  if (confirmedAt === null || askToProofMs === null || askToProofMs < PROOF_LIMIT_MS) return [];
  const limit = formatTime(Date.parse(requestedAt) + PROOF_LIMIT_MS);
  return [`It was not proven at ${limit}. Proven at ${formatTime(confirmedAt)}.`];
}

function finishedFirst({ endedAt }: WireJob, receipt: WireCancelReceipt): Verdict {
  const at = endedAt === null ? '' : ` at ${formatTime(endedAt)}`;
  return {
    status: 'Finished',
    title: 'Finished first.',
    text: `The render ended${at}, before the stop. Output kept.`,
    more: describeUnproven(receipt),
  };
}

function unconfirmed(receipt: WireCancelReceipt): Verdict {
  const [first = '', ...others] = describeUnproven(receipt);
  const names = unprovenOf(receipt).flatMap(({ mayRun, host }) => (mayRun ? [host] : []));
  const hosts = [...new Set(names)].join(' and ');
  const more = [...others, `What to do: look at ${hosts}, or wait. The stop request stays.`];
  return { status: 'Not proven', title: 'Not proven.', text: first, more };
}

function declared(receipt: WireCancelReceipt): Verdict {
  const [first = '', ...more] = describeUnproven(receipt);
  return { status: 'Not proven', title: 'Declared gone.', text: first, more };
}

function cancelling(
  receipt: WireCancelReceipt,
  steps: readonly ReceiptStep[],
  nowMs: number,
): Verdict {
  const { survivors } = receipt;
  const named = survivors.filter(({ pid }) => pid !== 0);
  if (named.length > 0) {
    const text = `${named.map(({ name, pid }) => `${name} ${pid}`).join(', ')} did not end.`;
    const more = [...describeUnproven(receipt), whatToDo(receipt)];
    return { status: 'Not proven', title: 'Still running.', text, more };
  }
  const [unseen] = survivors;
  if (unseen !== undefined) {
    const text = `${unseen.state.replace(/^unknown: /, '')} It may still be running.`;
    const more = [...describeUnproven(receipt), whatToDo(receipt)];
    return { status: 'Not proven', title: 'Not proven.', text, more };
  }
  if (waitedMs(receipt, nowMs) >= PROOF_LIMIT_MS) return notProven(receipt, nowMs);
  const step = steps.findIndex(({ state }) => state === 'waiting') + 1;
  const text = `step ${step} of ${steps.length}`;
  return { status: 'Stopping', title: 'Stopping…', text, more: describeUnproven(receipt) };
}

function notProven(receipt: WireCancelReceipt, nowMs: number): Verdict {
  const waited = formatDuration(waitedMs(receipt, nowMs));
  const { host, deliveredAt } = receipt;
  const told =
    deliveredAt === null
      ? `${host ?? ''} has not answered for ${waited}.`
      : `${host ?? ''} got the stop request at ${formatTime(deliveredAt)} ` +
        'and has proven nothing since.';
  const text = `${told} It may still be rendering.`;
  const more = [...describeUnproven(receipt), whatToDo(receipt)];
  return { status: 'Not proven', title: 'Not proven.', text, more };
}

function waitedMs({ requestedAt }: WireCancelReceipt, nowMs: number): number {
  return nowMs - Date.parse(requestedAt);
}

function whatToDo({ host }: WireCancelReceipt): string {
  return `What to do: look at ${host ?? ''}, or wait. The stop request stays.`;
}

const OUTPUT_TEXTS = {
  none: 'No output was published.',
  maybe: 'The output may have been published.',
  published: 'The output was published before the stop.',
} as const;
