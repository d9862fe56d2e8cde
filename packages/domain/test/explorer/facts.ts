/* Converts the parts of a world into the arguments of the domain's functions. */
import type {
  AttemptEnding,
  AttemptReport,
  EndingAttempt,
  HostIdentity,
  HostTimes,
  Job,
  JudgedHost,
  Output,
  Publications,
  StopReport,
} from '../../src/index.ts';
import { AT, aJob, request } from '../a-job.ts';
import { aReport } from '../a-report.ts';
import { at } from './access.ts';
import {
  type Attempt,
  type Bound,
  type JobPart,
  type JobRecord,
  NAMES,
  type Row,
  runs,
  type World,
} from './world.ts';

export { AT, request };

/** Two attempts: a job can be tried once more after its host is lost. */
const MAX_ATTEMPTS = 2;
const HOUR_MS = 3_600_000;

export function newRecord(job: number): JobRecord {
  const queued = { id: `j${job + 1}`, queueSeq: job + 1, version: 1, maxAttempts: MAX_ATTEMPTS };
  return { job: aJob('QUEUED', queued), rows: [], stopAttemptId: null };
}

export function newRow(id: string, number: number): Row {
  const open = { isProven: false, isDeclared: false, hasProblem: false } as const;
  return { id, number, output: 'none', outcome: null, ...open };
}

/** The machine whose name this machine has taken, or this machine itself. */
function originalOf(world: World, machine: number): number {
  const { kind, name } = at(world.machines, machine);
  return kind === 'own' || name === null ? machine : name;
}

/**
 * The identity of a machine. A container has the boot and the machine id of its original; a clone
 * has the ids of its disk.
 */
export function identityAt(world: World, machine: number, boot: number): HostIdentity {
  const { kind } = at(world.machines, machine);
  const original = kind === 'machine' ? machine : originalOf(world, machine);
  const base = at(IDS, original);
  if (kind === 'container') return { ...at(base, boot), pidNamespace: 'other' };
  if (kind === 'clone') return { ...at(base, 0), bootId: `boot of the clone ${boot}` };
  return at(base, boot);
}

const IDS = [0, 1, 2].map((machine) =>
  [0, 1, 2, 3].map(
    (boot): HostIdentity => ({
      hostId: `host ${machine}`,
      machineId: `machine ${machine}`,
      hardwareId: null,
      bootId: `boot ${boot} of ${machine}`,
      pidNamespace: 'first',
    }),
  ),
);

/**
 * A machine that compares itself with its own record has booted since it was heard. Every other
 * machine was up while the recorded host was heard, so a clone is recognised.
 */
export function timesOf(machine: number, recorded: number): HostTimes {
  return machine === recorded
    ? { uptimeMs: 0, sinceHeardMs: HOUR_MS }
    : { uptimeMs: 2 * HOUR_MS, sinceHeardMs: HOUR_MS };
}

/** Whether the machine can see the processes of the attempt now. */
export function seesTreesOf(world: World, machine: number, attempt: Attempt): boolean {
  return machine === attempt.machine && at(world.machines, machine).boot === attempt.boot;
}

export function endingsOf({ rows }: JobRecord, attempts: readonly Attempt[]): AttemptEnding[] {
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    host: hostOf(attempts, row.id),
    hostLastHeardAt: AT,
    output: row.output,
    outcome: row.outcome,
    deliveredAt: null,
    stopReport: row.isProven ? stopReportOf(0) : null,
    removalReport: null,
    confirmedAt: row.isProven ? AT : null,
    declaration: row.isDeclared ? { by: 'ada', at: AT, reason: 'gone' } : null,
    problem: row.hasProblem ? 'It ran on another host.' : null,
  }));
}

export function publishingOf(record: JobRecord, attempts: readonly Attempt[]) {
  return record.rows.map(({ id, number, output, isProven, isDeclared }) => ({
    ...{ id, number, output, ...putOutBy(output) },
    host: hostOf(attempts, id),
    confirmedAt: isProven ? AT : null,
    declaredAt: isDeclared ? AT : null,
  }));
}

/** The only output of a job. */
export const PATH = '/out/film.mp4';

/** The publications of an attempt that has put out so much of the only output. */
export function publicationsOf(output: Output): Publications {
  return output === 'none' ? [] : [{ what: PATH, state: output }];
}

/** What the database says of the publications of an attempt. */
function putOutBy(output: Output) {
  return { publications: publicationsOf(output), allPublished: output === 'published' };
}

/**
 * What a host finds when it looks for an output that a render may have renamed: the output, unless
 * another attempt has replaced it since.
 */
export function lookedAt({ renames }: JobPart, id: string, output: Output): Output {
  if (output !== 'maybe' || !renames.includes(id)) return output === 'maybe' ? 'none' : output;
  return renames.at(-1) === id ? 'published' : 'maybe';
}

/** The claim statement (claim-ctes.ts of store): the host first sends its journal. */
export function mayClaim(hasUnsent: boolean): boolean {
  return !hasUnsent;
}

/** The facts of an ending attempt: its row, and what the other attempts have put out. */
export function endingOf(
  record: JobRecord,
  attempts: readonly Attempt[],
  { id, number, output }: Row,
): EndingAttempt {
  const others = knownOf(record, attempts).filter((row) => row.id !== id);
  return { id, number, host: hostOf(attempts, id), output, ...putOutBy(output), others };
}

export function knownOf({ rows }: JobRecord, attempts: readonly Attempt[]) {
  return rows.map(({ id, number, output, outcome, isProven }) => ({
    ...{ id, number, output, outcome, ...putOutBy(output) },
    host: hostOf(attempts, id),
    confirmedAt: isProven ? AT : null,
  }));
}

function hostOf(attempts: readonly Attempt[], id: string): string {
  const attempt = attempts.find((one) => one.id === id);
  return attempt === undefined ? '?' : at(NAMES, attempt.name);
}

export function stopReportOf(survivors: number): StopReport {
  const left = survivors === 0 ? [] : [{ pid: 4100, name: 'AfterFX', state: 'running' }];
  const proof = survivors === 0 ? 'kernel' : null;
  return { processes: [], proof, survivors: left, timeToDeadMs: 0 };
}

export function reportOf(world: World, attempt: Attempt, { id: jobId }: Job): AttemptReport {
  const { entry, id: attemptId, number, name, machine, boot } = attempt;
  if (entry === null) throw new Error(`${attemptId} has no report`);
  const { end, output, signalled, survivors, isOpen } = entry;
  return aReport(end, {
    ...{ jobId, attemptId, number, output, signalled },
    publications: publicationsOf(output),
    host: at(NAMES, name),
    identity: identityAt(world, machine, boot),
    stopReport: isOpen ? { ...stopReportOf(0), proof: null } : stopReportOf(survivors),
  });
}

/** The host that has a name, as decideRegistration needs it. The caller adds `isAlive`. */
export function boundHostOf(world: World, name: number, bound: Bound): Omit<JudgedHost, 'isAlive'> {
  const identity = identityAt(world, bound.machine, bound.boot);
  return {
    name: at(NAMES, name),
    hostId: identity.hostId,
    identity,
    ...{ bootId: identity.bootId, pid: 1, startToken: '1', lastHeardAt: AT },
    sinceHeardMs: HOUR_MS,
    isWithinLease: bound.isHeard,
    stoppedAt: bound.isStopped ? AT : null,
    releasedAt: bound.isHandedOver ? AT : null,
    openAttempts: openUnder(world, name, identity.hostId).length,
  };
}

/**
 * The attempts of a host under a name that are neither proven nor declared, including those that
 * hold their job.
 */
export function openUnder(world: World, name: number, hostId: string): readonly Attempt[] {
  return unprovenUnder(world, name).filter(
    ({ machine, boot }) => identityAt(world, machine, boot).hostId === hostId,
  );
}

export function unprovenUnder(world: World, name: number): readonly Attempt[] {
  return world.jobs.flatMap(({ record, attempts }) =>
    attempts.filter((attempt) => {
      const row = record?.rows.find(({ id }) => id === attempt.id);
      return attempt.name === name && row !== undefined && !row.isProven && !row.isDeclared;
    }),
  );
}

/** Whether the latest daemon of the machine that has the name runs. */
export function isDaemonUp(world: World, { machine, isLatest }: Bound): boolean {
  return isLatest && at(world.machines, machine).daemon !== 'off';
}

/** Whether the daemon that has the name runs and reaches the database. */
export function isHolderWell(world: World, bound: Bound): boolean {
  const machine = at(world.machines, bound.machine);
  return bound.isLatest && runs(machine) && !machine.isCut;
}

/** Whether the job says that two attempts may have put its output out. */
export function saysTwice({ warnings }: Job): boolean {
  return warnings.some((warning) => warning.includes('may have been published twice'));
}
