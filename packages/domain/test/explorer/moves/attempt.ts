/*
 * The moves of a render and its daemon from the claim to the report. They stand for the files of
 * apps/worker/src/attempt, run-attempt.ts and answer-publishing.ts, and the operations that these
 * call.
 */
import type { Output } from '../../../src/index.ts';
import { isFinal, laterOutput } from '../../../src/index.ts';
import {
  at,
  attemptAt,
  holds,
  type Place,
  placesOf,
  recordOf,
  rowOf,
  saved,
  withAttempt,
  withJob,
} from '../access.ts';
import { endingOf, PATH, publicationsOf, publishingOf, stopReportOf } from '../facts.ts';
import {
  type Attempt,
  type Entry,
  isWell,
  type JobPart,
  type Machine,
  type Row,
  type Slot,
  type World,
} from '../world.ts';
import type { Add, Asked, Mover } from './move.ts';

/** An attempt with everything that a move needs. */
export type Scene = {
  readonly world: World;
  readonly place: Place;
  readonly attempt: Attempt;
  readonly part: JobPart;
  readonly machine: Machine;
};

export const workOnAttempts: Mover = (world, asked, add) => {
  for (const place of placesOf(world)) {
    const attempt = attemptAt(world, place);
    const machine = at(world.machines, attempt.machine);
    if (machine.isFrozen) continue;
    const scene = { world, place, attempt, part: at(world.jobs, place.job), machine };
    rename(scene, add);
    if (attempt.slot === null || machine.daemon === 'off') continue;
    const own = { ...scene, slot: attempt.slot };
    end(own, asked, add);
    prove(own, asked, add);
    if (!isWell(machine)) continue;
    askFirstGate(own, asked, add);
    askSecondGate(own, asked, add);
    recordOutput(own, asked, add);
  }
};

type OwnScene = Scene & { readonly slot: Slot };

function canGoOn({ attempt: { tree }, slot }: OwnScene): boolean {
  return slot.reason === null && tree.isAlive && tree.ended === null;
}

function askFirstGate(scene: OwnScene, { rules }: Asked, add: Add) {
  const { world, place, attempt, part } = scene;
  if (attempt.tree.phase !== 'rendering' || !part.publishes || !canGoOn(scene)) return;
  const { job } = recordOf(world, place.job);
  const isKnown = rowOf(part.record, attempt.id) !== undefined;
  if (isKnown && rules.decideGate(job, attempt.id).ok) {
    const tree = { ...attempt.tree, phase: 'gated' } as const;
    add('work', `${attempt.id} passes the first gate`, withAttempt(world, place, { tree }));
  } else refuseAtGate(scene, 'first', add);
}

/** If a gate says no, the render ends as failed. */
function refuseAtGate({ world, place, attempt, slot }: OwnScene, gate: string, add: Add) {
  const tree = { ...attempt.tree, ended: 'failed' } as const;
  const change = { tree, slot: { ...slot, reason: 'ended' } as const };
  add('work', `${attempt.id} is refused at the ${gate} gate`, withAttempt(world, place, change));
}

function askSecondGate(scene: OwnScene, { rules }: Asked, add: Add) {
  const { world, place, attempt, part, slot, machine } = scene;
  if (attempt.tree.phase !== 'gated' || !canGoOn(scene)) return;
  const record = recordOf(world, place.job);
  const row = rowOf(record, attempt.id);
  if (row === undefined) return refuseAtGate(scene, 'second', add);
  const asked = { what: PATH, isModule: false, publications: publicationsOf(slot.output) };
  const rows = publishingOf(record, part.attempts);
  const decided = rules.decidePublish(record.job, rows, attempt.id, asked);
  if (decided.ok && decided.isOut) {
    const tree = { ...attempt.tree, phase: 'skipped' } as const;
    add('work', `${attempt.id} finds its output out`, withAttempt(world, place, { tree }));
  } else if (decided.ok) {
    const after = saved(
      record,
      { ...record.job, output: decided.job },
      {
        id: attempt.id,
        output: decided.attempt,
      },
    );
    const tree = { ...attempt.tree, phase: 'yes' } as const;
    const next = withAttempt(withJob(world, place.job, { record: after }), place, {
      tree,
      slot: { ...slot, output: laterOutput(slot.output, 'maybe') },
      entry: attempt.entry === null ? null : { ...attempt.entry, output: 'maybe' },
    });
    add('work', `${attempt.id} passes the second gate`, next, { wrong: wrongYes(scene) });
  } else if (decided.rejection.code !== 'otherMayPublish') refuseAtGate(scene, 'second', add);
  else if (machine.daemon === 'draining')
    add(
      'work',
      `${attempt.id} waits to publish and is given back`,
      withAttempt(world, place, { slot: { ...slot, reason: 'shutDown' } }),
    );
}

/** The right of another attempt to publish ends only with its proof or a declaration. */
function wrongYes({ part, attempt, world }: OwnScene): string | null {
  const isOpen = (other: Attempt) => {
    const row = rowOf(part.record, other.id);
    const isOver = row !== undefined && (row.isProven || row.isDeclared);
    const mayPublish = other.tree.phase === 'yes' && other.tree.isAlive;
    const isForgotten = world.luck.standby === 'promoted' && !mayPublish;
    return hadYes(other) && !isOver && !isForgotten;
  };
  const other = part.attempts.find((one) => one.id !== attempt.id && isOpen(one));
  return other === undefined
    ? null
    : `${attempt.id} may publish, and ${other.id} too: its end is neither proven nor declared`;
}

function hadYes({ tree }: Attempt): boolean {
  return tree.phase === 'yes' || tree.phase === 'published';
}

/** The render process renames its output, even if its daemon is dead or the host is cut off. */
function rename({ world, place, attempt, part }: Scene, add: Add) {
  const { tree, slot, id } = attempt;
  if (tree.phase !== 'yes' || !tree.isAlive) return;
  const heard =
    slot === null ? null : ({ ...slot, output: 'published', isUnrecorded: true } as const);
  const renamed = withAttempt(world, place, { tree: { ...tree, phase: 'published' }, slot: heard });
  const next = withJob(renamed, place.job, { renames: [...part.renames, id] });
  const wrong =
    part.isQuiet && world.luck.standby !== 'promoted'
      ? `${id} put its output out after a cancel that came before any yes`
      : null;
  add('work', `${id} renames its output`, next, { wrong });
}

function recordOutput({ world, place, attempt, part, slot }: OwnScene, { rules }: Asked, add: Add) {
  if (!slot.isUnrecorded) return;
  const next = withAttempt(world, place, { slot: { ...slot, isUnrecorded: false } });
  const record = recordOf(world, place.job);
  const row = rowOf(record, attempt.id);
  const label = `${attempt.id} records its output`;
  if (row === undefined) return add('work', label, next);
  const rows = publishingOf(record, part.attempts);
  const job = rules.decidePublished(record.job, rows, endingOf(record, part.attempts, row), PATH);
  const after = saved(record, job, { id: row.id, output: 'published' });
  const isLocal = isFinal(job.status);
  add('work', label, withJob(next, place.job, { record: after }), { isLocal });
}

/** The render ends by itself. Some of its processes may be left. */
function end({ world, place, attempt, part, slot }: OwnScene, { bounds }: Asked, add: Add) {
  const { tree } = attempt;
  if (!tree.isAlive || tree.ended !== null || slot.stage !== 'run') return;
  const ended = (how: 'completed' | 'failed') =>
    withAttempt(world, place, {
      tree: { ...tree, ended: how },
      slot: { ...slot, reason: slot.reason ?? 'ended' },
    });
  const isDone = part.publishes ? isOut(tree.phase) : tree.phase === 'rendering';
  if (isDone) add('work', `${attempt.id} completes`, ended('completed'));
  if (bounds.kinds.includes('fail') && slot.reason === null)
    add('fault', `${attempt.id} fails`, ended('failed'));
}

/**
 * The daemon ends the tree, proves its end, and writes the report into the journal. While a process
 * survives, the report proves nothing and the daemon tries again.
 */
function prove(scene: OwnScene, { rules, bounds }: Asked, add: Add) {
  const { slot, attempt } = scene;
  if (slot.reason === null || slot.stage !== 'run') return;
  if (rules.provesEnd(stopReportOf(0))) reported(scene, 0, rules, add);
  if (!bounds.kinds.includes('survive') || !attempt.tree.isAlive) return;
  if (rules.provesEnd(stopReportOf(1))) reported(scene, 1, rules, add);
}

function isOut(phase: Attempt['tree']['phase']): boolean {
  return phase === 'published' || phase === 'skipped';
}

function reported(
  { world, place, attempt, part, slot }: OwnScene,
  survivors: number,
  rules: Asked['rules'],
  add: Add,
) {
  const { tree } = attempt;
  // The daemon looks only after the proof.
  const found = survivors > 0 ? slot.output : rules.lookedAt(part, attempt.id, slot.output);
  const isWhole = found === 'published' && tree.ended === null && slot.reason !== 'stop';
  const isCompleted = (tree.ended === 'completed' && slot.reason !== 'lost') || isWhole;
  const end = isCompleted ? 'completed' : ENDS[slot.reason ?? 'ended'];
  const output: Output = isCompleted && found !== 'none' ? 'published' : found;
  const entry: Entry = {
    isOpen: false,
    end,
    output,
    signalled: tree.ended === null,
    survivors,
    isSent: false,
  };
  const next = withAttempt(world, place, {
    tree: { ...tree, isAlive: survivors > 0 },
    slot: { ...slot, stage: 'report' },
    entry,
  });
  const what = survivors > 0 ? 'is ended, but a process survives' : 'is ended with a proof';
  const label = `${attempt.id} ${what} (${end})`;
  if (survivors > 0) add('fault', label, next);
  else add('work', label, next, { isLocal: !mayContinue(attempt) });
}

/** Whether the process tree itself could still rename its output or complete. */
function mayContinue({ tree: { phase, ended }, slot }: Attempt): boolean {
  return phase === 'yes' || (phase === 'published' && ended === null && slot?.reason !== 'lost');
}

const ENDS = { ended: 'failed', stop: 'stopped', lost: 'lost', shutDown: 'released' } as const;

/**
 * The row of the attempt if it is known and still holds its job, which changeOwnJob requires; else
 * null.
 */
export function ownRow({ part, attempt }: Scene): Row | null {
  return holds(part.record, attempt.id) ? (rowOf(part.record, attempt.id) ?? null) : null;
}
