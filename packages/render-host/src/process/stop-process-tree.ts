import type { TreeRecord } from './tree-record.ts';

export type EndedProcess = {
  pid: number;
  name: string;
  parentPid: number;
  startedAt: string;
  endedBy: 'itself' | 'SIGTERM' | 'SIGKILL' | null;
  endedAt: string | null;
};
export type Survivor = { pid: number; name: string; state: string };
export type StopProof = 'kernel' | 'forkFree' | 'repeated' | 'rebooted';
export type StopReport = {
  processes: EndedProcess[];
  proof: StopProof | null;
  survivors: Survivor[];
  firstSignalAt: string | null;
  deadAt: string | null;
  /** From the call to the proof. */
  timeToDeadMs: number | null;
  rounds: number;
};
export type StopOptions = {
  /** Time between TERM and the first KILL; default 2000. */
  graceMs?: number;
  /** Time after which survivors are reported; default 10000. */
  budgetMs?: number;
  /** A second cancel: ends the grace at once. */
  hurry?: AbortSignal;
  /** Which listing of processes to use; default: the best this platform has. */
  scan?: 'proc' | 'ps';
};

/** Ends every process of the tree and proves it, or names the survivors. */
export async function stopProcessTree(_record: TreeRecord, _options: StopOptions = {}): Promise<StopReport> {
  throw new Error('stopping a tree is not built yet');
}
