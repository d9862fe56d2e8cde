import { formatFileSize, type Unproven, type WireCancelReceipt } from '@renderdeck/contract';
import { named } from '../sentence.ts';
import { formatCount, formatDuration, formatShortDuration } from '../time/format-time.ts';
import { describeUnproven } from './describe-unproven.ts';

export type StepState = 'done' | 'waiting' | 'problem';
export type ReceiptStep = {
  readonly title: string;
  readonly state: StepState;
  readonly text: string;
  /** When it happened; null if it has not happened, or if no time is recorded. */
  readonly at: string | null;
};

/** The six steps of a stop: always the same titles in the same order. */
export function describeSteps(
  receipt: WireCancelReceipt,
  unproven: readonly Unproven[],
  nowMs: number,
): ReceiptStep[] {
  return [
    asked(receipt),
    recorded(receipt),
    delivered(receipt, unproven, nowMs),
    processes(receipt, unproven),
    files(receipt, unproven),
    proof(receipt, unproven),
  ];
}

/** True if the attempt that was asked to stop has no proof, and no longer holds its job. */
function isAskedUnproven(
  { attempt: asked }: WireCancelReceipt,
  unproven: readonly Unproven[],
): boolean {
  return asked !== null && unproven.some(({ attempt }) => attempt === asked);
}

function asked({ requestedBy, requestedAt, reason }: WireCancelReceipt): ReceiptStep {
  const by = requestedBy.endsWith('.') ? named(requestedBy) : `${named(requestedBy)}.`;
  const text = reason === null ? named(requestedBy) : `${by} Reason: ${named(reason)}`;
  return { title: 'Asked', state: 'done', text, at: requestedAt };
}

function recorded({ number, requestedAt, channel }: WireCancelReceipt): ReceiptStep {
  return {
    title: 'Recorded',
    state: 'done',
    text: channel === 'rest' ? `#${number}, over REST` : `#${number}`,
    at: requestedAt,
  };
}

function delivered(
  receipt: WireCancelReceipt,
  unproven: readonly Unproven[],
  nowMs: number,
): ReceiptStep {
  const { host, requestedAt, deliveredAt, outcome } = receipt;
  const title = 'Delivered';
  if (host === null)
    return { title, state: 'done', text: 'not needed: no host had the job', at: null };
  if (receipt.deliveredWithProof)
    return {
      title,
      state: 'done',
      text: `${named(host)} answered with its proof`,
      at: deliveredAt,
    };
  if (deliveredAt !== null) {
    const tookMs = Date.parse(deliveredAt) - Date.parse(requestedAt);
    return {
      title,
      state: 'done',
      text: `${named(host)} confirmed, ${formatShortDuration(tookMs)}`,
      at: deliveredAt,
    };
  }
  if (isAskedUnproven(receipt, unproven))
    return { title, state: 'problem', text: `${named(host)} has not answered`, at: null };
  if (outcome === 'finishedFirst')
    return { title, state: 'done', text: `${named(host)} had finished before`, at: null };
  const waitedMs = nowMs - Date.parse(requestedAt);
  const waited = waitedMs < 1000 ? '' : `, ${formatDuration(waitedMs)}`;
  return { title, state: 'waiting', text: `Waiting for ${named(host)}${waited}`, at: null };
}

/** If the job has run before, each earlier attempt was proven to have ended. */
const NOTHING_RAN = 'none: it waited in the queue';

function nothingRan(title: string, unproven: readonly Unproven[]): ReceiptStep {
  return unproven.some(({ kind }) => kind === 'awaited')
    ? { title, state: 'problem', text: 'not known', at: null }
    : { title, state: 'done', text: NOTHING_RAN, at: null };
}

function processes(receipt: WireCancelReceipt, unproven: readonly Unproven[]): ReceiptStep {
  const { host, processes: listed, survivors, outcome } = receipt;
  const title = 'Processes';
  // The times of the processes come from the host's clock.
  const at = receipt.deadAt;
  const ended = listed.filter(
    ({ pid, endedAt }) => endedAt !== null && !survivors.some((survivor) => survivor.pid === pid),
  ).length;
  if (host === null) return nothingRan(title, unproven);
  const running = survivors.filter(({ pid }) => pid !== 0).length;
  if (survivors.length > 0)
    return {
      title,
      state: 'problem',
      text:
        `${ended} of ${listed.length} ended, ` +
        (running > 0 ? `${running} still running` : 'more may be running'),
      at,
    };
  if (outcome === 'cancelling') return { title, state: 'waiting', text: 'waiting', at: null };
  if (isAskedUnproven(receipt, unproven))
    return { title, state: 'problem', text: 'not visible', at: null };
  if (outcome === 'finishedFirst' && receipt.proof === null)
    return { title, state: 'done', text: 'ended on their own', at };
  const text = listed.length === 0 ? 'none was left' : `${ended} of ${listed.length} ended`;
  return { title, state: 'done', text, at };
}

function files(receipt: WireCancelReceipt, unproven: readonly Unproven[]): ReceiptStep {
  const { host, timeToCleanMs } = receipt;
  const { removed, bytes, leftovers } = receipt.files;
  const title = 'Files';
  if (host === null) return nothingRan(title, unproven);
  if (timeToCleanMs === null) {
    return isAskedUnproven(receipt, unproven)
      ? { title, state: 'problem', text: 'not known', at: null }
      : { title, state: 'waiting', text: 'waiting', at: null };
  }
  const nothing = leftovers.length > 0 ? 'no file was removed' : 'no file was there';
  const removedText =
    removed === 0 ? nothing : `${formatFileSize(bytes)} in ${formatCount(removed, 'file')} removed`;
  if (leftovers.length === 0)
    return {
      title,
      state: 'done',
      text: `${removedText}, ${formatShortDuration(timeToCleanMs)}`,
      at: null,
    };
  return { title, state: 'problem', text: `${removedText}, ${leftovers.length} kept`, at: null };
}

function proof(receipt: WireCancelReceipt, unproven: readonly Unproven[]): ReceiptStep {
  const { proof: check, host, outcome, confirmedAt } = receipt;
  const title = 'Proof';
  if (check !== null)
    return { title, state: 'done', text: PROOF_TEXTS[check](host ?? ''), at: confirmedAt };
  const open = unproven.filter(({ kind }) => kind === 'open');
  if (open.length > 0) {
    const missing = open.map((one) => `of attempt ${one.attempt} on ${named(one.host)}`);
    const text = `missing ${missing.join(' and ')}, until its host is back and reports`;
    return { title, state: 'problem', text, at: null };
  }
  const declared = unproven.filter(({ kind }) => kind === 'declared');
  if (declared.length > 0) {
    const gone = declared.map((one) => `${named(one.host)} was declared gone`);
    return { title, state: 'problem', text: `none: ${gone.join(' and ')}`, at: null };
  }
  if (unproven.length > 0)
    return { title, state: 'problem', text: describeUnproven(unproven).join(' '), at: null };
  if (outcome === 'finishedFirst')
    return { title, state: 'done', text: 'not needed: it ended on its own', at: confirmedAt };
  return { title, state: 'waiting', text: 'waiting', at: null };
}

/** Which check proved that no process is left. */
const PROOF_TEXTS: Readonly<
  Record<NonNullable<WireCancelReceipt['proof']>, (host: string) => string>
> = {
  noProcess: () =>
    'No process was started: the job waited, or was stopped before its render began. No earlier ' +
    'attempt was open.',
  kernel: (host) => `By the kernel: the container that held this job on ${named(host)} is empty.`,
  forkFree: (host) =>
    `By a scan of ${named(host)}: no process of this job, and none was started during the scan.`,
  repeated: (host) =>
    `By repeated scans: ${named(host)} listed all processes several times and found none of ` +
    'this job.',
  rebooted: (host) =>
    `By a restart: ${named(host)} has been started again since, so no process of this job is left.`,
};
