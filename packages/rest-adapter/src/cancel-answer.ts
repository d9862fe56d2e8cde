import type { WireCancelReceipt } from '@renderdeck/contract';

/** True when it is proven that nothing of the job runs; until then a cancel answers 202. */
export function isSettled({ outcome }: WireCancelReceipt): boolean {
  return outcome === 'cancelled' || outcome === 'finishedFirst';
}

/** The receipt in one sentence. */
export function messageOf({ outcome, host, survivors }: WireCancelReceipt): string {
  switch (outcome) {
    case 'cancelled':
      return 'Job cancelled successfully';
    case 'finishedFirst':
      return 'The job finished before it could be stopped; its output is published';
    case 'unconfirmed':
      return `Job cancelled, but ${host} was lost before it confirmed that nothing of the job runs`;
    case 'cancelling':
      if (survivors.length > 0)
        return (
          `Stop requested; ${survivors.length} of the job's processes on ${host} still run ` +
          'and are tried again'
        );
      return `Stop requested; ${host} has not yet confirmed that nothing of the job runs`;
  }
}
