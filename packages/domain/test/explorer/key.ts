/*
 * The key of a world. Two worlds with the same key have the same future, so only the first is
 * explored. The two hosts are interchangeable, so a world and its mirror image have the same key.
 * The key leaves out facts that no rule needs any more: the history of a proven attempt, and of a
 * job that is over with all its attempts. Each world is checked before it is merged with a world of
 * the same key.
 */
import { isFinal, missingReportsOf } from '../../src/index.ts';
import { holds } from './access.ts';
import { saysTwice } from './facts.ts';
import type { Attempt, Bound, JobPart, JobRecord, Machine, NamePart, Row, World } from './world.ts';

type View = {
  readonly isMirrored: boolean;
  /** A promotion may bring back the past, so the key contains the whole history. */
  readonly keepsPast: boolean;
};
type Cache = WeakMap<object, number>;

const VIEWS = [
  [
    { isMirrored: false, keepsPast: false },
    { isMirrored: true, keepsPast: false },
  ],
  [
    { isMirrored: false, keepsPast: true },
    { isMirrored: true, keepsPast: true },
  ],
] as const;
const caches = new Map<View, Cache>(VIEWS.flat().map((view) => [view, new WeakMap()]));

export function keyOf(world: World, mayPromote: boolean): string {
  const keepsPast = mayPromote && world.luck.standby !== 'promoted';
  const [straight, mirrored] = VIEWS[keepsPast ? 1 : 0];
  const first = firstMachine(world, keepsPast);
  if (first === 0) return keyAs(world, straight);
  if (first === 1) return keyAs(world, mirrored);
  const one = keyAs(world, straight);
  const other = keyAs(world, mirrored);
  const isFirst = one < other;
  return isFirst ? one : other;
}

/** The machine of the first attempt that counts decides which host is called first. */
function firstMachine({ jobs }: World, keepsPast: boolean): number | null {
  for (const { record, attempts } of jobs)
    for (const attempt of attempts)
      if (keepsPast || !isOver(attempt, record)) return attempt.machine;
  return null;
}

function keyAs({ jobs, machines, names, luck }: World, view: View): string {
  const [a, b] = view.isMirrored ? [1, 0] : [0, 1];
  const cache = caches.get(view) ?? new WeakMap();
  let key = `${luck.faults}${luck.standby[0]}`;
  for (const job of jobs) key += `,${numberOf(job, cache, view, makePartKey)}`;
  for (const index of [a, b, 2]) key += `,${numberOf(machines[index], cache, view, machineKey)}`;
  for (const index of [a, b]) key += `,${numberOf(names[index], cache, view, nameKey)}`;
  return key;
}

/** A small number for a part of a world. Equal parts get the same number. */
function numberOf<Part extends object>(
  part: Part | undefined,
  cache: Cache,
  view: View,
  make: (part: Part, view: View) => string,
): number {
  if (part === undefined) return 0;
  const known = cache.get(part);
  if (known !== undefined) return known;
  const number = numberOfText(make(part, view));
  cache.set(part, number);
  return number;
}

const texts = new Map<string, number>();

function numberOfText(text: string): number {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, texts.size + 1);
  return texts.size;
}

function makePartKey(part: JobPart, view: View): string {
  const { record, kept, attempts, renames, isQuiet } = part;
  const isSettled = (attempt: Attempt) => !view.keepsPast && isOver(attempt, record);
  if (record !== null && isAllOver(record) && attempts.every(isSettled))
    return `over ${record.job.status}`;
  const shown = attempts.map((attempt) => {
    const row = record?.rows.find(({ id }) => id === attempt.id);
    if (isSettled(attempt)) return `x${row?.number}${row?.output}`;
    const old = kept?.rows.find(({ id }) => id === attempt.id);
    const isLost = !view.keepsPast && !holds(record, attempt.id);
    return attemptKey(attempt, isLost, view) + rowKey(row) + rowKey(old);
  });
  const jobs = `${recordKey(record, view)}${recordKey(kept, view)}`;
  return `${jobs}${renames.length}${bit(isQuiet)}[${shown.join()}]`;
}

function isAllOver({ job: { status, awaitedHosts } }: JobRecord): boolean {
  return isFinal(status) && missingReportsOf(awaitedHosts).length === 0;
}

function isOver({ id, tree, slot, entry }: Attempt, record: JobRecord | null): boolean {
  const row = record?.rows.find((one) => one.id === id);
  return row?.isProven === true && !tree.isAlive && slot === null && entry?.isSent !== false;
}

function recordKey(record: JobRecord | null, { isMirrored, keepsPast }: View): string {
  if (record === null) return '-';
  const { job } = record;
  const { status, priority, attempts, maxAttempts, lease, output, stopRequest, warnings } = job;
  const said = warnings.map((text) => numberOfText(isMirrored ? mirrorText(text) : text));
  const isOver = isFinal(status) && !keepsPast;
  const told = isOver
    ? `${bit(said.length > 0)}${bit(saysTwice(job))}`
    : [...new Set(said)].sort((one, other) => one - other).join('.');
  const tries = isOver ? '' : `${attempts}.${maxAttempts}`;
  return (
    `${status}${priority}.${tries}${lease?.attemptId ?? ''}${output}` +
    `${bit(stopRequest !== null)}(${told})${awaitedKey(record, isMirrored)}`
  );
}

function awaitedKey({ job: { awaitedHosts } }: JobRecord, isMirrored: boolean): string {
  const missing = missingReportsOf(awaitedHosts).map(({ host }) => host);
  return missing
    .map((name) => (isMirrored ? mirrorText(name) : name))
    .sort()
    .join();
}

function mirrorText(text: string): string {
  return text.replace(/host-[AB]/g, (name) => (name === 'host-A' ? 'host-B' : 'host-A'));
}

/**
 * `isLost`: the attempt will never hold its job again, so all but two kinds of reports mean the
 * same.
 */
function attemptKey(attempt: Attempt, isLost: boolean, { isMirrored }: View): string {
  const { number, machine, name, boot, isLeft } = attempt;
  const place = isMirrored ? `${mirrored(machine)}${1 - name}` : `${machine}${name}`;
  const is = `${number}@${place}${boot}${bit(isLeft)}${treeKey(attempt)}`;
  return `${is}${slotKey(attempt, isLost)}${entryKey(attempt, isLost)}${bit(attempt.isUnknown)}`;
}

/** A render that must end passes no gate, and its report already says how it ended. */
function treeKey({ tree: { isAlive, phase, ended }, slot }: Attempt): string {
  const asks = slot !== null && slot.reason === null;
  const shown = phase === 'gated' && !asks ? 'rendering' : phase;
  return `${bit(isAlive)}${shown}${slot?.stage === 'run' ? ended : ''}`;
}

function slotKey({ slot, tree }: Attempt, isLost: boolean): string {
  if (slot === null) return '-';
  const { stage, reason, output, isUnrecorded } = slot;
  if (stage !== 'run') return `${isLost && !isUnrecorded ? 'restore' : stage}${bit(isUnrecorded)}`;
  const why = isLost && tree.ended === 'failed' ? 'lost' : reason;
  return `${why}${output}${bit(isUnrecorded)}`;
}

function entryKey({ entry }: Attempt, isLost: boolean): string {
  if (entry === null) return '-';
  const { isOpen, end, output, signalled, survivors, isSent } = entry;
  const how = isLost && end !== 'completed' && end !== 'stopped' ? 'lost' : end;
  const flags = bit(isOpen) + bit(signalled && end === 'completed') + bit(isSent);
  return `${how}${output}${survivors}${flags}`;
}

function mirrored(machine: number): number {
  return machine === 2 ? 2 : 1 - machine;
}

function rowKey(row: Row | undefined): string {
  if (row === undefined) return ';';
  const { number, output, outcome, isProven, isDeclared, hasProblem } = row;
  const ended = outcome === 'failed' ? 'f' : bit(outcome !== null);
  const flags = ended + bit(isProven) + bit(isDeclared) + bit(hasProblem);
  return `${number}${output}${flags}`;
}

function machineKey(machine: Machine, { isMirrored }: View): string {
  if (machine.name === null) return '-';
  const { name, daemon, isFrozen, isCut, boot } = machine;
  return `${isMirrored ? 1 - name : name}${daemon}${bit(isFrozen)}${bit(isCut)}${boot}`;
}

function nameKey({ bound, kept }: NamePart, view: View): string {
  return boundKey(bound, view) + boundKey(kept, view);
}

function boundKey(bound: Bound | null, { isMirrored }: View): string {
  if (bound === null) return '-';
  const { machine, boot, isLatest, isHeard, isStopped, isHandedOver, hasReported } = bound;
  const owner = isMirrored ? mirrored(machine) : machine;
  const flags = [isLatest, isHeard, isStopped, isHandedOver, hasReported].map(bit).join('');
  return `${owner}${boot}${flags}`;
}

function bit(is: boolean): string {
  return is ? '1' : '0';
}
