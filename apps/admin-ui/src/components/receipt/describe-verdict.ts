import {
  PROOF_LIMIT_MS,
  type StatusLabel,
  type StopDescription,
  shortStop,
  type WireCancelReceipt,
  type WireJob,
} from '@renderdeck/contract';
import { named } from '../sentence.ts';
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
type Said = Omit<Verdict, 'status'>;

/**
 * The result of a stop in one sentence, or how far the stop is. `stop` decides what is proven, and
 * whether the stop is late.
 */
export function describeVerdict(
  job: WireJob,
  receipt: WireCancelReceipt,
  stop: StopDescription,
  steps: readonly ReceiptStep[],
  nowMs: number,
): Verdict {
  const title = `${shortStop(receipt, nowMs).title}.`;
  const said = () => {
    switch (receipt.outcome) {
      case 'cancelled':
        return cancelled(job, receipt, stop, title);
      case 'finishedFirst':
        return finishedFirst(job, stop, title);
      case 'unconfirmed':
        return unconfirmed(stop, title);
      case 'declared':
        return declared(stop);
      case 'cancelling':
        return cancelling(receipt, stop, steps, nowMs, title);
    }
  };
  const { more, ...rest } = said();
  const traced = receipt.traceId === undefined ? [] : [`Its trace is ${receipt.traceId}.`];
  return { status: stop.label, ...rest, more: [...more, ...receipt.warnings, ...traced] };
}

function cancelled(
  { attempt }: WireJob,
  receipt: WireCancelReceipt,
  { isLate }: StopDescription,
  title: string,
): Said {
  const { host, output, files, askToProofMs } = receipt;
  const more = [OUTPUT_TEXTS[output], ...(isLate ? provenLate(receipt) : [])];
  if (host === null) {
    const was = attempt === null ? 'It had not started' : 'It waited';
    return { title, text: `${was} and left the queue.`, more };
  }
  const kept = files.leftovers.length;
  if (kept > 0) {
    const text = `${formatCount(kept, 'file')} could not be removed.`;
    return { title: 'Stopped, files left.', text, more };
  }
  const took = askToProofMs === null ? '' : ` Took ${formatShortDuration(askToProofMs)}.`;
  return { title, text: `Nothing of this render is running on ${named(host)}.${took}`, more };
}

/** Both times, if the stop was proven only after its time limit. */
function provenLate({ requestedAt, confirmedAt }: WireCancelReceipt): string[] {
  if (confirmedAt === null) return [];
  const limit = formatTime(Date.parse(requestedAt) + PROOF_LIMIT_MS);
  return [`It was not proven at ${limit}. Proven at ${formatTime(confirmedAt)}.`];
}

function finishedFirst({ endedAt }: WireJob, { unproven }: StopDescription, title: string): Said {
  const at = endedAt === null ? '' : ` at ${formatTime(endedAt)}`;
  const text = `The render ended${at}, before the stop. Output kept.`;
  return { title, text, more: describeUnproven(unproven) };
}

function unconfirmed({ unproven }: StopDescription, title: string): Said {
  const [first = '', ...others] = describeUnproven(unproven);
  const names = unproven.flatMap(({ mayRun, host }) => (mayRun ? [host] : []));
  const hosts = [...new Set(names)].map(named).join(' and ');
  return { title, text: first, more: [...others, whatToDo(hosts)] };
}

function declared({ unproven }: StopDescription): Said {
  const [first = '', ...more] = describeUnproven(unproven);
  return { title: 'Declared gone.', text: first, more };
}

function cancelling(
  receipt: WireCancelReceipt,
  { unproven, isLate }: StopDescription,
  steps: readonly ReceiptStep[],
  nowMs: number,
  title: string,
): Said {
  const { host, survivors } = receipt;
  const more = describeUnproven(unproven);
  const advised = [...more, whatToDo(named(host ?? ''))];
  const seen = survivors.filter(({ pid }) => pid !== 0);
  if (seen.length > 0) {
    const text = `${seen.map(({ name, pid }) => `${named(name)} ${pid}`).join(', ')} did not end.`;
    return { title: 'Still running.', text, more: advised };
  }
  const [unseen] = survivors;
  if (unseen !== undefined) {
    const text = `${unseen.state.replace(/^unknown: /, '')} It may still be running.`;
    return { title, text, more: advised };
  }
  if (isLate) return { title, text: describeSilence(receipt, nowMs), more: advised };
  const step = steps.findIndex(({ state }) => state === 'waiting') + 1;
  return { title: 'Stopping…', text: `step ${step} of ${steps.length}`, more };
}

function describeSilence({ host, deliveredAt, requestedAt }: WireCancelReceipt, nowMs: number) {
  const waited = formatDuration(nowMs - Date.parse(requestedAt));
  const told =
    deliveredAt === null
      ? `${named(host ?? '')} has not answered for ${waited}.`
      : `${named(host ?? '')} got the stop request at ${formatTime(deliveredAt)} ` +
        'and has proven nothing since.';
  return `${told} It may still be rendering.`;
}

function whatToDo(hosts: string): string {
  return `What to do: look at ${hosts}, or wait. The stop request stays.`;
}

const OUTPUT_TEXTS = {
  none: 'No output was published.',
  maybe: 'The output may have been published.',
  published: 'The output was published before the stop.',
} as const;
