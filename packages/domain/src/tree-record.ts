import { INTEGER, listOf, nullable, type Of, object, oneOf, TEXT, TIME } from './shape.ts';

const PROCESS_IDENTITY = object({
  bootId: TEXT,
  pid: INTEGER,
  /** Tells it from a later process with the same pid. Compare it for equality only. */
  startToken: TEXT,
});
/** A process of one boot of one host. */
export type ProcessIdentity = Of<typeof PROCESS_IDENTITY>;

const REMEMBERED_PROCESS = object({
  pid: INTEGER,
  startToken: TEXT,
  name: TEXT,
  parentPid: INTEGER,
  /** Null where it could not be read. */
  startedAt: nullable(TIME),
});
/** A process seen in a tree. It is known again even when it has wiped its environment since. */
export type RememberedProcess = Of<typeof REMEMBERED_PROCESS>;

/** What can hold a whole tree. A subreaper is a launcher that adopts orphans. */
export const CONTAINER_KINDS = ['cgroup', 'subreaper', 'jobObject', 'none'] as const;
export type ContainerKind = (typeof CONTAINER_KINDS)[number];

const CONTAINER_RECORD = object({ kind: oneOf(CONTAINER_KINDS), path: nullable(TEXT) });
/** Where a tree is held. */
export type ContainerRecord = Of<typeof CONTAINER_RECORD>;

export const TREE_RECORD = object({
  attemptId: TEXT,
  treeMarker: TEXT,
  /** Where it ran (host-identity.ts). A scan of another machine or namespace proves nothing. */
  bootId: TEXT,
  machineId: nullable(TEXT),
  hardwareId: nullable(TEXT),
  pidNamespace: nullable(TEXT),
  root: nullable(PROCESS_IDENTITY),
  container: nullable(CONTAINER_RECORD),
  members: listOf(REMEMBERED_PROCESS),
});
/** Everything a later daemon needs to find a process tree again and end it. Plain JSON. */
export type TreeRecord = Of<typeof TREE_RECORD>;
