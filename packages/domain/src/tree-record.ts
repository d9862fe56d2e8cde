import { INTEGER, listOf, nullable, type Of, object, oneOf, TEXT, TIME } from './shape.ts';

const PROCESS_IDENTITY = object({
  bootId: TEXT,
  pid: INTEGER,
  /**
   * Tells the process apart from a later process with the same pid. Compare it only for equality.
   */
  startToken: TEXT,
});
/** A process of one boot of one host. */
export type ProcessIdentity = Of<typeof PROCESS_IDENTITY>;

const REMEMBERED_PROCESS = object({
  pid: INTEGER,
  startToken: TEXT,
  name: TEXT,
  parentPid: INTEGER,
  /** Null if it could not be read. */
  startedAt: nullable(TIME),
});
/**
 * A process that was seen in a tree. It is recognised later even if it has cleared its environment.
 */
export type RememberedProcess = Of<typeof REMEMBERED_PROCESS>;

/** What can contain a whole process tree. A subreaper is a launcher that adopts orphans. */
export const CONTAINER_KINDS = ['cgroup', 'subreaper', 'jobObject', 'none'] as const;
export type ContainerKind = (typeof CONTAINER_KINDS)[number];

const CONTAINER_RECORD = object({ kind: oneOf(CONTAINER_KINDS), path: nullable(TEXT) });
/** The container of a tree. */
export type ContainerRecord = Of<typeof CONTAINER_RECORD>;

export const TREE_RECORD = object({
  attemptId: TEXT,
  treeMarker: TEXT,
  /**
   * The host on which the tree ran (host-identity.ts). A scan on another machine or in another PID
   * namespace proves nothing.
   */
  bootId: TEXT,
  machineId: nullable(TEXT),
  hardwareId: nullable(TEXT),
  pidNamespace: nullable(TEXT),
  root: nullable(PROCESS_IDENTITY),
  container: nullable(CONTAINER_RECORD),
  members: listOf(REMEMBERED_PROCESS),
});
/** Everything that a later daemon needs to find a process tree again and to end it. Plain JSON. */
export type TreeRecord = Of<typeof TREE_RECORD>;
