/** A process of one boot of one host. */
export type ProcessIdentity = {
  readonly bootId: string;
  readonly pid: number;
  /** Tells it from a later process with the same pid. Compare it for equality only. */
  readonly startToken: string;
};

/** A process seen in a tree. It is known again even when it has wiped its environment since. */
export type RememberedProcess = {
  readonly pid: number;
  readonly startToken: string;
  readonly name: string;
  readonly parentPid: number;
  /** Null where it could not be read. */
  readonly startedAt: string | null;
};

/** What can hold a whole tree. A subreaper is a launcher that adopts orphans. */
export const CONTAINER_KINDS = ['cgroup', 'subreaper', 'jobObject', 'none'] as const;
export type ContainerKind = (typeof CONTAINER_KINDS)[number];

/** Where a tree is held. */
export type ContainerRecord = { readonly kind: ContainerKind; readonly path: string | null };

/** Everything a later daemon needs to find a process tree again and end it. Plain JSON. */
export type TreeRecord = {
  readonly attemptId: string;
  readonly treeMarker: string;
  /** Where it ran (host-identity.ts). A scan of another machine or namespace proves nothing. */
  readonly bootId: string;
  readonly machineId: string | null;
  readonly hardwareId: string | null;
  readonly pidNamespace: string | null;
  readonly root: ProcessIdentity | null;
  readonly container: ContainerRecord | null;
  readonly members: readonly RememberedProcess[];
};
