import type { WireCancelReceipt } from '@renderdeck/contract';

/** True when it is proven that nothing of the job runs; until then a cancel answers 202. */
export function isSettled(receipt: WireCancelReceipt): boolean {
  const { outcome } = receipt;
  const ended = outcome === 'cancelled' || outcome === 'finishedFirst';
  return ended && unprovenOf(receipt) === '';
}

/** The receipt in one sentence. */
export function messageOf(receipt: WireCancelReceipt): string {
  const { outcome, host, survivors } = receipt;
  switch (outcome) {
    case 'cancelled':
      return 'Job cancelled successfully';
    case 'finishedFirst': {
      const unproven = unprovenOf(receipt);
      return (
        'The job finished before it could be stopped; its output is published' +
        (unproven === '' ? '' : `, but ${unproven}`)
      );
    }
    case 'unconfirmed':
    case 'declared':
      return `Job cancelled, but ${unprovenOf(receipt)}`;
    case 'cancelling':
      if (survivors.length > 0)
        return (
          `Stop requested; ${survivors.length} of the job's processes on ${host} still run ` +
          'and are tried again'
        );
      return `Stop requested; ${host} has not yet confirmed that nothing of the job runs`;
  }
}

/** What lacks a proof, as clauses; empty where nothing does. */
function unprovenOf({ openAttempts, declared, awaitedHosts }: WireCancelReceipt): string {
  return [
    ...openAttempts.map(
      ({ number, host }) => `attempt ${number} on ${host} is not proven to have ended`,
    ),
    ...declared.map(
      ({ number, host, by }) =>
        `attempt ${number} counts as ended only because ${by} declared ${host} gone`,
    ),
    ...awaitedHosts
      .filter(({ reportedAt }) => reportedAt === null)
      .map(({ host, declaration }) =>
        declaration === null
          ? `${host} has not told the new database yet what it runs`
          : `${host} will not tell the new database what it ran: ${declaration.reason}`,
      ),
  ].join('; ');
}
