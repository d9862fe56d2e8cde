import {
  type HostIdentity,
  type RecordedIdentity,
  TREE_RECORD,
  type TreeRecord,
} from '@renderdeck/domain';
import type { AttemptRow } from '@renderdeck/operations';
import { zodOf } from '../zod-of.ts';

const storedTree = zodOf(TREE_RECORD);

/**
 * The tree record of an attempt. Without a stored record, only the tree marker finds its processes.
 * If the attempt does not say where it ran either, the tree counts as one of this host.
 */
export function readTreeRecord(
  attempt: Pick<AttemptRow, 'id' | 'treeMarker' | 'tree' | 'hostIdentity'>,
  mine: HostIdentity,
): TreeRecord {
  const { id: attemptId, treeMarker } = attempt;
  // The column of the tree marker decides. Records of older versions have no copy of it.
  const stored = storedTree.safeParse({ ...attempt.tree, treeMarker });
  if (stored.success) return stored.data;
  const { machineId, hardwareId, bootId, pidNamespace } = attempt.hostIdentity ?? mine;
  return {
    attemptId,
    treeMarker,
    ...{ bootId, machineId, hardwareId, pidNamespace },
    root: null,
    container: null,
    members: [],
  };
}

/** Where an attempt ran. In a row of an older version, only the tree record says that. */
export function readAttemptHost(
  attempt: Pick<AttemptRow, 'hostId' | 'hostIdentity' | 'tree'>,
): RecordedIdentity {
  if (attempt.hostIdentity !== null) return attempt.hostIdentity;
  const { bootId = null, machineId = null } = attempt.tree ?? {};
  return { hostId: attempt.hostId, machineId, hardwareId: null, bootId, pidNamespace: null };
}
