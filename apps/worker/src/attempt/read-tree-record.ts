import {
  CONTAINER_KINDS,
  type HostIdentity,
  type RecordedIdentity,
  type TreeRecord,
} from '@renderdeck/domain';
import type { AttemptRow } from '@renderdeck/operations';
import { z } from 'zod';

/** A stored record, perhaps from an older version. The tree marker has a column of its own. */
export const storedTree: z.ZodType<Omit<TreeRecord, 'treeMarker'>> = z.object({
  attemptId: z.string(),
  bootId: z.string(),
  machineId: z.string().nullable().default(null),
  hardwareId: z.string().nullable().default(null),
  pidNamespace: z.string().nullable().default(null),
  root: z.object({ bootId: z.string(), pid: z.int(), startToken: z.string() }).nullable(),
  container: z.object({ kind: z.enum(CONTAINER_KINDS), path: z.string().nullable() }).nullable(),
  members: z.array(
    z.object({
      pid: z.int(),
      startToken: z.string(),
      name: z.string(),
      parentPid: z.int(),
      startedAt: z.string().nullable(),
    }),
  ),
});

/**
 * The tree record of an attempt. Without a stored record, only the tree marker finds its processes.
 * If the attempt does not say where it ran either, the tree counts as one of this host.
 */
export function readTreeRecord(attempt: AttemptRow, mine: HostIdentity): TreeRecord {
  const { id: attemptId, treeMarker } = attempt;
  const stored = storedTree.safeParse(attempt.tree);
  if (stored.success) return { ...stored.data, treeMarker };
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
export function readAttemptHost(attempt: AttemptRow): RecordedIdentity {
  if (attempt.hostIdentity !== null) return attempt.hostIdentity;
  const { bootId = null, machineId = null } = attempt.tree ?? {};
  return { hostId: attempt.hostId, machineId, hardwareId: null, bootId, pidNamespace: null };
}
