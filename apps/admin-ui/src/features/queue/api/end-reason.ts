import type { WireJob } from '@renderdeck/contract';
import { named } from '../../../components/sentence.ts';

/** Why a job ended: its failure, or who stopped it and why. Null for a finished job. */
export function endReason({ failure, receipt }: WireJob): string | null {
  if (receipt !== null && receipt.outcome !== 'finishedFirst') {
    const { requestedBy, reason } = receipt;
    return reason === null ? named(requestedBy) : `${named(requestedBy)}: ${named(reason)}`;
  }
  return failure;
}
