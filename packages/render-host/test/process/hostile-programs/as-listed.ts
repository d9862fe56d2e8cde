import type { TreeRecord } from '@renderdeck/domain';
import type { ProcessListing } from '../../../src/process/snapshot/process-listing.ts';

/** The record of this tree as a host makes it that has only this listing. */
export async function asListed(record: TreeRecord, listing: ProcessListing): Promise<TreeRecord> {
  const pid = record.root?.pid ?? 0;
  const startToken = (await listing.readStates([pid])).get(pid)?.startToken;
  return {
    ...record,
    root: startToken === undefined ? null : { bootId: record.bootId, pid, startToken },
  };
}
