import type { CancelOutcome } from '@renderdeck/domain';
import type { WireCancelReceipt, WireJob } from './job.ts';

/** What a proof of the end of a job lacks, one thing each. */
export type Unproven = {
  readonly host: string;
  /** The number of the attempt; null for a host that may run one that the database has lost. */
  readonly attempt: number | null;
  /** True where something may still run; false where an admin's word stands for the proof. */
  readonly mayRun: boolean;
  /** As a clause: "attempt 1 on ae-03 is not proven to have ended". */
  readonly clause: string;
};

export type StopDescription = {
  /** It is proven that nothing of the job runs. */
  readonly isSettled: boolean;
  /** How the stop stands, in one sentence without its full stop. */
  readonly sentence: string;
  readonly unproven: readonly Unproven[];
};

type Facts = Pick<WireCancelReceipt, 'openAttempts' | 'declared' | 'awaitedHosts'>;

/** What a receipt says, for REST, ctl and the page: none of them decides it by itself. */
export function describeStop(receipt: WireCancelReceipt): StopDescription {
  const { outcome } = receipt;
  const unproven = unprovenOf(receipt);
  const hasEnded = outcome === 'cancelled' || outcome === 'finishedFirst';
  return {
    isSettled: hasEnded && unproven.length === 0,
    sentence: sentenceOf(receipt, unproven.map(({ clause }) => clause).join('; ')),
    unproven,
  };
}

/** All that lacks a proof: open attempts, declared ones, then hosts that have not reported. */
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

/** What may still run of a job although it gave up the job, whatever its status. */
export function mayRunOf({
  openAttempts,
  receipt,
}: Pick<WireJob, 'openAttempts' | 'receipt'>): readonly Unproven[] {
  const awaitedHosts = receipt?.awaitedHosts ?? [];
  return unprovenOf({ openAttempts, declared: [], awaitedHosts }).filter(({ mayRun }) => mayRun);
}

/** How a stop stands in a word and a short sentence, for a notice that names the job itself. */
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
