import type { ContainerRecord } from './container/container.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** A process seen in a tree; kept so that it is known again even when it has wiped its environment since. */
export type RememberedProcess = {
  pid: number;
  startToken: string;
  name: string;
  parentPid: number;
  startedAt: string;
};

/** Everything a later daemon needs to find a tree again and end it. Plain JSON. */
export type TreeRecord = {
  attemptId: string;
  treeMarker: string;
  bootId: string;
  /** Null where the system does not tell its machines apart. */
  machineId: string | null;
  root: ProcessIdentity | null;
  container: ContainerRecord | null;
  members: RememberedProcess[];
};
