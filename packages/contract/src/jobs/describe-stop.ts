import { type CancelOutcome, isProvenStop } from '@renderdeck/domain';
import type { WireCancelReceipt, WireJob } from './job.ts';

/** One reason why the end of a job is not proven. */
export type Unproven = {
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
  /** The state of the stop, in one sentence without its full stop. */
  readonly sentence: string;
  readonly unproven: readonly Unproven[];
};

type Facts = Pick<WireCancelReceipt, 'openAttempts' | 'declared' | 'awaitedHosts'>;

/**
 * What a receipt means, in words. REST, ctl and the page all use these words and decide nothing
 * themselves.
 */
export function describeStop(receipt: WireCancelReceipt): StopDescription {
  const unproven = unprovenOf(receipt);
  return {
    isSettled: isProvenStop(receipt),
    sentence: sentenceOf(receipt, unproven.map(({ clause }) => clause).join('; ')),
    unproven,
  };
}

/**
 * All reasons why the end is not proven: open attempts, declared attempts, then hosts that have not
 * reported.
 */
export function unprovenOf({ openAttempts, declared, awaitedHosts }: Facts): readonly Unproven[] {
  return [
    ...openAttempts.map(({ number, host }) => ({
      host,
      attempt: number,
      mayRun: true,
      clause: `attempt ${number} on ${host} is not proven to have ended`,
    })),
    ...declared.map(({ number, host, by }) => ({
      host,
      attempt: number,
      mayRun: false,
      clause: `attempt ${number} counts as ended only because ${by} declared ${host} gone`,
    })),
    ...awaitedHosts
      .filter(({ reportedAt }) => reportedAt === null)
      .map(({ host, declaration }) => ({
        host,
        attempt: null,
        mayRun: declaration === null,
        clause:
          declaration === null
            ? `${host} has not told the new database yet what it runs`
            : `${host} will not tell the new database what it ran: ${declaration.reason}`,
      })),
  ];
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
 * What may still run of a job although its attempt no longer holds it. The status does not matter.
 */
export function mayRunOf({
  openAttempts,
  receipt,
}: Pick<WireJob, 'openAttempts' | 'receipt'>): readonly Unproven[] {
  const awaitedHosts = receipt?.awaitedHosts ?? [];
  return unprovenOf({ openAttempts, declared: [], awaitedHosts }).filter(({ mayRun }) => mayRun);
}

/** The state of a stop as a word and a short sentence, for a notice that also names the job. */
export function shortOutcome(
  outcome: Exclude<CancelOutcome, 'finishedFirst'>,
  mayRunOn: readonly string[],
): { readonly label: string; readonly text: string } {
  switch (outcome) {
    case 'cancelled':
      return { label: 'Stopped', text: 'Nothing of it is running.' };
    case 'declared':
      return { label: 'Not proven', text: 'A host was declared gone, so it counts as ended.' };
    case 'cancelling':
    case 'unconfirmed': {
      const hosts = [...new Set(mayRunOn)].join(', ');
      const where = hosts === '' ? '' : ` on ${hosts}`;
      return { label: 'Not proven', text: `Something of it may still run${where}.` };
    }
  }
}
