import type { TreeRecord } from '@renderdeck/domain';
import { psListing } from '../../../src/process/snapshot/ps.ts';

/** The record of this tree that a host with only `ps` would have made. */
export async function asPsSeesIt(record: TreeRecord): Promise<TreeRecord> {
  const pid = record.root?.pid ?? 0;
  const startToken = (await psListing.readStates([pid])).get(pid)?.startToken;
  return {
    ...record,
    root: startToken === undefined ? null : { bootId: record.bootId, pid, startToken },
  };
}
