/*
 * The world of the explorer: what the database says, and what is true. An attempt has both: its row
 * in the database; and its process tree, what its daemon knows, and the journal of its host.
 *
 * The model leaves out:
 * - SQL: every write is one step. Tests on PostgreSQL show that a late writer loses.
 * - Time: a lease passes or does not. A yes of the second gate counts until it is used. That is
 *   harder than reality, where it counts for one second; only a promotion takes longer than a yes.
 * - More than two hosts and a third machine that takes a name; more than one slot for each host and
 *   one output for each job; files other than the output; modules that leave the host. The second
 *   job publishes nothing.
 * - A clone without a hardware id that booted after its original was last heard: it looks like a
 *   reboot, and no fact tells the two apart.
 * - A promotion that loses the yes of a host that is frozen between its last look at the clock and
 *   the rename; and a promotion that loses a claim with the registration or new start of its host.
 */
import type { AttemptOutcome, AttemptReportEnd, Job, Output } from '../../src/index.ts';

/** What the database says of an attempt. */
export type Row = {
  readonly id: string;
  readonly number: number;
  readonly output: Output;
  readonly outcome: AttemptOutcome | null;
  readonly isProven: boolean;
  readonly isDeclared: boolean;
  /** The host of the attempt, or another host, said why it cannot prove the end. */
  readonly hasProblem: boolean;
};

/** What the database says of a job. */
export type JobRecord = {
  readonly job: Job;
  readonly rows: readonly Row[];
  /** The attempt that the cancel asked to stop. */
  readonly stopAttemptId: string | null;
};

/**
 * `yes`: the second gate said yes, and the output is not renamed yet. `published`: it is renamed.
 * `skipped`: an earlier attempt had put it out.
 */
export type Phase = 'rendering' | 'gated' | 'yes' | 'published' | 'skipped';

/** The processes of an attempt, as they are on the host. */
export type Tree = {
  readonly isAlive: boolean;
  readonly phase: Phase;
  /** How the render ended by itself; null until then. Some of its processes may be left. */
  readonly ended: 'completed' | 'failed' | null;
};

/**
 * What the daemon that runs an attempt knows. The daemon keeps the slot until the report is saved.
 */
export type Slot = {
  readonly reason: 'ended' | 'stop' | 'lost' | 'shutDown' | null;
  readonly output: Output;
  /** The output is renamed, but the database does not know it yet. */
  readonly isUnrecorded: boolean;
  readonly stage: 'run' | 'report' | 'restore';
};

/** The report of an attempt in the journal of its host. */
export type Entry = {
  /** The report was written before the attempt started or before a yes: it proves nothing. */
  readonly isOpen: boolean;
  readonly end: AttemptReportEnd['kind'];
  readonly output: Output;
  readonly signalled: boolean;
  readonly survivors: number;
  /** The current incarnation of the database has the report. */
  readonly isSent: boolean;
};

export type Attempt = {
  readonly id: string;
  readonly number: number;
  readonly machine: number;
  /** The name under which the machine claimed the attempt. */
  readonly name: number;
  readonly boot: number;
  /** The daemon of the attempt has ended. */
  readonly isLeft: boolean;
  readonly tree: Tree;
  readonly slot: Slot | null;
  readonly entry: Entry | null;
  /** A promotion lost the claim, and also that the host ran at that time. */
  readonly isUnknown: boolean;
};

export type JobPart = {
  readonly publishes: boolean;
  /** Null before the job is submitted. */
  readonly record: JobRecord | null;
  /** The record of the job in the standby. */
  readonly kept: JobRecord | null;
  readonly attempts: readonly Attempt[];
  /** The attempts that renamed the output into place, in order. */
  readonly renames: readonly string[];
  /**
   * The job was cancelled before any yes of the second gate, so no output may come out any more.
   */
  readonly isQuiet: boolean;
};

/**
 * How the third machine takes the name of another one: as another machine, a container or a clone.
 */
export type MachineKind = 'own' | 'machine' | 'container' | 'clone';

export type Machine = {
  readonly kind: MachineKind;
  /** Null if the machine does not exist yet. */
  readonly name: number | null;
  readonly daemon: 'off' | 'starting' | 'ready' | 'draining';
  readonly isFrozen: boolean;
  readonly isCut: boolean;
  readonly boot: number;
};

/** What the database says of a name. */
export type Bound = {
  readonly machine: number;
  readonly boot: number;
  /** The daemon that has the name is the latest daemon of the machine. */
  readonly isLatest: boolean;
  readonly isHeard: boolean;
  readonly isStopped: boolean;
  readonly isHandedOver: boolean;
  /** The daemon has sent its whole journal to this incarnation of the database. */
  readonly hasReported: boolean;
};
export type NamePart = { readonly bound: Bound | null; readonly kept: Bound | null };

/** What can still go wrong. */
export type Luck = {
  readonly faults: number;
  /** Whether a standby was copied or promoted. */
  readonly standby: 'none' | 'copied' | 'promoted';
};

export type World = {
  readonly jobs: readonly JobPart[];
  readonly machines: readonly Machine[];
  readonly names: readonly NamePart[];
  readonly luck: Luck;
};

export type Bounds = {
  readonly jobs: 1 | 2;
  /** The highest number of faults on one path. */
  readonly faults: number;
  readonly attempts: number;
  readonly kinds: readonly FaultKind[];
  /** The longest path. Without a limit every state is visited. */
  readonly moves?: number;
  readonly spare: MachineKind;
  /**
   * No API runs: only a worker watches the leases. At most one does, because there are two hosts.
   */
  readonly noApi?: boolean;
};
export type FaultKind =
  | 'cut'
  | 'freeze'
  | 'kill'
  | 'reboot'
  | 'drain'
  | 'replace'
  | 'fail'
  | 'survive'
  | 'unheard'
  | 'outage'
  | 'standby';

export const NAMES = ['host-A', 'host-B'] as const;
export const MACHINES = ['A', 'B', 'C'] as const;

const NEW_MACHINE = { daemon: 'off', isFrozen: false, isCut: false, boot: 0 } as const;

const NEW_BOUND = {
  ...{ boot: 0, isLatest: true, isHeard: true, isStopped: false, isHandedOver: false },
  hasReported: true,
} as const;

/** The first world: no job is submitted, and both hosts run and are registered. */
export function startWorld({ jobs, faults, spare }: Bounds): World {
  const bound = (machine: number): NamePart => ({
    bound: { ...NEW_BOUND, machine },
    kept: null,
  });
  const part = (publishes: boolean): JobPart => ({
    publishes,
    record: null,
    kept: null,
    attempts: [],
    renames: [],
    isQuiet: false,
  });
  return {
    jobs: jobs === 1 ? [part(true)] : [part(true), part(false)],
    machines: [
      { ...NEW_MACHINE, kind: 'own', name: 0, daemon: 'ready' },
      { ...NEW_MACHINE, kind: 'own', name: 1, daemon: 'ready' },
      { ...NEW_MACHINE, kind: spare, name: null },
    ],
    names: [bound(0), bound(1)],
    luck: { faults, standby: 'none' },
  };
}

/** Its daemon runs, and its processes get the CPU. */
export function runs({ daemon, isFrozen }: Machine): boolean {
  return daemon !== 'off' && !isFrozen;
}

/** Its daemon runs and reaches the database. */
export function isWell(machine: Machine): boolean {
  return runs(machine) && !machine.isCut;
}
