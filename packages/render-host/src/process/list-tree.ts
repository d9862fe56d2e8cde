import type { RememberedProcess, TreeRecord } from './tree-record.ts';

/** The processes of the tree that live now, the oldest first. */
export async function listTree(_record: TreeRecord): Promise<RememberedProcess[]> {
  throw new Error('listing a tree is not built yet');
}
