import { CONTAINER_KINDS, type TreeRecord } from '@renderdeck/domain';
import type { AttemptRow } from '@renderdeck/operations';
import { readIdentity } from '@renderdeck/render-host';
import { z } from 'zod';

/** A stored record; an older version may have written it. The tree marker has its own column. */
const storedTree: z.ZodType<Omit<TreeRecord, 'treeMarker'>> = z.object({
  attemptId: z.string(),
  bootId: z.string(),
  machineId: z.string().nullable().default(null),
  root: z.object({ bootId: z.string(), pid: z.int(), startToken: z.string() }).nullable(),
  container: z.object({ kind: z.enum(CONTAINER_KINDS), path: z.string().nullable() }).nullable(),
  members: z.array(
    z.object({
      pid: z.int(),
      startToken: z.string(),
      name: z.string(),
      parentPid: z.int(),
      startedAt: z.string(),
    }),
  ),
});

/** The tree record of an attempt. If none is stored, only the tree marker finds its processes. */
export async function readTreeRecord(attempt: AttemptRow): Promise<TreeRecord> {
  const { id: attemptId, treeMarker } = attempt;
  const stored = storedTree.safeParse(attempt.tree);
  if (stored.success) return { ...stored.data, treeMarker };
  const self = await readIdentity(process.pid);
  return {
    attemptId,
    treeMarker,
    bootId: self?.bootId ?? '',
    machineId: null,
    root: null,
    container: null,
    members: [],
  };
}
