import { type CancelOutcome, isProvenStop, PROOF_LIMIT_MS } from '@renderdeck/domain';
import type { WireCancelReceipt, WireJob, WireOpenAttempt } from './job.ts';

export { PROOF_LIMIT_MS };

/** The page's word for the state of a stop. A job is Stopped only after the proof. */
export type StopLabel = 'Stopping' | 'Stopped' | 'Not proven' | 'Finished';

/** The fact of a receipt that an unproven end stands for. */
type UnprovenFact =
  | { readonly kind: 'open'; readonly fact: WireOpenAttempt }
  | { readonly kind: 'declared'; readonly fact: WireCancelReceipt['declared'][number] }
  | { readonly kind: 'awaited'; readonly fact: WireCancelReceipt['awaitedHosts'][number] };

/** One reason why the end of a job is not proven. */
export type Unproven = UnprovenFact & {
  readonly host: string;
  /**
   * The number of the attempt; null for a host that may run an attempt that the database has lost.
   */
  readonly attempt: number | null;
  /** True if something may still run; false if an admin's declaration replaces the proof. */
  readonly mayRun: boolean;
  /** The reason as a clause: "attempt 1 on ae-03 is not proven to have ended". */
  readonly clause: string;
};

export type StopDescription = {
  /** Whether it is proven that no process of the job runs. */
  readonly isSettled: boolean;
  /** Whether the proof came after the limit, or is missing since then. */
  readonly isLate: boolean;
  readonly label: StopLabel;
  /** The state of the stop, in one sentence without its full stop. */
  readonly sentence: string;
  readonly unproven: readonly Unproven[];
};

type Facts = Pick<WireCancelReceipt, 'openAttempts' | 'declared' | 'awaitedHosts'>;

/**
 * What a receipt means at the moment `nowMs`, in words. REST, ctl and the page all use these words
 * and decide nothing themselves.
 */
export function describeStop(receipt: WireCancelReceipt, nowMs: number): StopDescription {
  const unproven = listUnproven(receipt);
  const isLate = isStopLate(receipt, nowMs);
  return {
    isSettled: isProvenStop(receipt),
    isLate,
    label: labelOf(receipt.outcome, isLate),
    sentence: sentenceOf(receipt, unproven.map(({ clause }) => clause).join('; ')),
    unproven,
  };
}

function isStopLate(
  { requestedAt, askToProofMs }: Pick<WireCancelReceipt, 'requestedAt' | 'askToProofMs'>,
  nowMs: number,
): boolean {
  return (askToProofMs ?? nowMs - Date.parse(requestedAt)) >= PROOF_LIMIT_MS;
}

function labelOf(outcome: CancelOutcome, isLate: boolean): StopLabel {
  switch (outcome) {
    case 'cancelled':
      return 'Stopped';
    case 'cancelling':
      return isLate ? 'Not proven' : 'Stopping';
    case 'finishedFirst':
      return 'Finished';
    case 'unconfirmed':
    case 'declared':
      return 'Not proven';
  }
}

/**
 * All reasons why the end is not proven: open attempts, declared attempts, then hosts that have not
 * reported.
 */
function listUnproven({ openAttempts, declared, awaitedHosts }: Facts): readonly Unproven[] {
  return [
    ...openAttempts.map((fact): Unproven => {
      const { number, host } = fact;
      const clause = `attempt ${number} on ${host} is not proven to have ended`;
      return { kind: 'open', fact, host, attempt: number, mayRun: true, clause };
    }),
    ...declared.map((fact): Unproven => {
      const { number, host, by } = fact;
      const clause = `attempt ${number} counts as ended only because ${by} declared ${host} gone`;
      return { kind: 'declared', fact, host, attempt: number, mayRun: false, clause };
    }),
    ...awaitedHosts.filter(({ reportedAt }) => reportedAt === null).map(describeAwaited),
  ];
}

function describeAwaited(fact: WireCancelReceipt['awaitedHosts'][number]): Unproven {
  const { host, declaration } = fact;
  const clause =
    declaration === null
      ? `${host} has not told the new database yet what it runs`
      : `${host} will not tell the new database what it ran: ${declaration.reason}`;
  return { kind: 'awaited', fact, host, attempt: null, mayRun: declaration === null, clause };
}

function sentenceOf({ outcome, host, survivors }: WireCancelReceipt, unproven: string): string {
  switch (outcome) {
    case 'cancelled':
      return 'Job cancelled successfully';
    case 'finishedFirst':
      return (
        'The job finished before it could be stopped; its output is published' +
        (unproven === '' ? '' : `, but ${unproven}`)
      );
    case 'unconfirmed':
    case 'declared':
      return `Job cancelled, but ${unproven}`;
    case 'cancelling':
      return survivors.length > 0
        ? `Stop requested; ${survivors.length} of the job's processes on ${host} still run ` +
            'and are tried again'
        : `Stop requested; ${host} has not yet confirmed that nothing of the job runs`;
  }
}

/**
 * All reasons why the end of each attempt of a job is not proven. The job may have no receipt. An
 * attempt that still holds its job is not among them.
 */
export function unprovenOf({
  openAttempts,
  receipt,
}: Pick<WireJob, 'openAttempts' | 'receipt'>): readonly Unproven[] {
  const { declared = [], awaitedHosts = [] } = receipt ?? {};
  return listUnproven({ openAttempts, declared, awaitedHosts });
}

/**
 * What may still run of a job although its attempt no longer holds it. The status does not matter.
 */
export function mayRunOf(job: Pick<WireJob, 'openAttempts' | 'receipt'>): readonly Unproven[] {
  return unprovenOf(job).filter(({ mayRun }) => mayRun);
}

/** The state of a stop in short words, for a text that also names the job. */
export type ShortOutcome = {
  /** The label of the stop, but "Finished first" for a render that ended before its stop. */
  readonly title: string;
  readonly text: string;
};

/** `mayRunOn`: the hosts on which something of the job may still run. */
export function shortOutcome(
  outcome: CancelOutcome,
  mayRunOn: readonly string[],
  isLate: boolean,
): ShortOutcome {
  const hosts = [...new Set(mayRunOn)].join(', ');
  const mayRun = `Something of it may still run${hosts === '' ? '' : ` on ${hosts}`}.`;
  const title = labelOf(outcome, isLate);
  switch (outcome) {
    case 'cancelled':
      return { title, text: 'Nothing of it is running.' };
    case 'finishedFirst': {
      const text = 'It ended before the stop. Its output is kept.';
      return { title: 'Finished first', text: hosts === '' ? text : `${text} ${mayRun}` };
    }
    case 'declared':
      return { title, text: 'A host was declared gone, so it counts as ended.' };
    case 'cancelling':
      return { title, text: isLate ? mayRun : `Waiting for ${hosts}.` };
    case 'unconfirmed':
      return { title, text: mayRun };
  }
}

/** The short words for a receipt at the moment `nowMs`. */
export function shortStop(receipt: WireCancelReceipt, nowMs: number): ShortOutcome {
  const { outcome, host } = receipt;
  const { isLate, unproven } = describeStop(receipt, nowMs);
  const asked = outcome === 'cancelling' && host !== null ? [host] : [];
  const others = unproven.filter(({ mayRun }) => mayRun).map((one) => one.host);
  return shortOutcome(outcome, [...asked, ...others], isLate);
}
