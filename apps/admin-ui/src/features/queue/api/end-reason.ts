import type { WireJob } from '@renderdeck/contract';

/** Why a job ended: its failure, or who stopped it and why. Null for a finished job. */
export function endReason({ failure, receipt }: WireJob): string | null {
  if (receipt !== null && receipt.outcome !== 'finishedFirst') {
    const { requestedBy, reason } = receipt;
    return reason === null ? requestedBy : `${requestedBy}: ${reason}`;
  }
  return failure;
}
