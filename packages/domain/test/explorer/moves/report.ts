/*
 * The last report of an attempt. apps/worker/src/attempt/report-attempt.ts sends it first, and
 * loops/journal-loop.ts sends it again to a database that may not have it.
 */
import { type EndDecision, isFinal } from '../../../src/index.ts';
import { at, attemptAt, placesOf, recordOf, saved, withAttempt, withJob } from '../access.ts';
import { AT, endingOf, knownOf, newRow, publicationsOf, reportOf } from '../facts.ts';
import { type Entry, isWell, type World } from '../world.ts';
import { ownRow, type Scene } from './attempt.ts';
import { awaitedIn } from './awaited.ts';
import type { Add, Asked, Mover } from './move.ts';
import { settled, withEnd } from './orphans.ts';

export const sendReports: Mover = (world, asked, add) => {
  for (const place of placesOf(world)) {
    const attempt = attemptAt(world, place);
    const machine = at(world.machines, attempt.machine);
    const { entry, slot } = attempt;
    if (entry === null || !isWell(machine)) continue;
    const scene = { world, place, attempt, part: at(world.jobs, place.job), machine };
    if (slot === null || entry.isOpen) {
      if (!entry.isSent) restore(scene, asked, add);
    } else if (slot.stage === 'restore') restore(scene, asked, add);
    else if (slot.stage === 'report' && !slot.isUnrecorded) send(scene, entry, asked, add);
  }
};

function send(scene: Scene, entry: Entry, asked: Asked, add: Add) {
  const { world, place, attempt } = scene;
  const first = sendEnd(scene, entry, asked);
  if (first === null) return restore(scene, asked, add);
  const label = `${attempt.id} reports its end (${entry.end})`;
  if (first.ok) return add('work', label, finished(withEnd(world, place, first), place, entry));
  if (first.rejection.code === 'stopRequested') {
    const stopped = acknowledge(scene, entry, asked);
    const end = { ...entry, end: 'stopped' } as const;
    if (stopped?.ok)
      return add(
        'work',
        `${attempt.id} acknowledges`,
        finished(withEnd(world, place, stopped), place, end),
      );
  }
  const slot = attempt.slot === null ? null : ({ ...attempt.slot, stage: 'restore' } as const);
  add('work', `${label}, which is refused`, withAttempt(world, place, { slot }));
}

/** Null if the attempt has lost its job. */
function sendEnd(scene: Scene, entry: Entry, { rules }: Asked): EndDecision | null {
  const { place, world } = scene;
  const row = ownRow(scene);
  if (row === null || entry.end === 'lost') return null;
  const record = recordOf(world, place.job);
  const { job } = record;
  const own = endingOf(record, at(world.jobs, place.job).attempts, row);
  const proof = proofOf(entry);
  switch (entry.end) {
    case 'stopped':
      return rules.decideAcknowledge(job, own, proof, AT);
    case 'released':
    case 'hostFailed':
      return rules.decideGiveUp(job, own, { outcome: entry.end, why: 'given back' }, proof, AT);
    case 'completed':
    case 'failed': {
      const end =
        entry.end === 'completed'
          ? ({ kind: 'completed' } as const)
          : ({ kind: 'failed', failure: 'aerender failed.' } as const);
      return rules.decideFinish(job, own, { end, signalled: entry.signalled, proof }, AT);
    }
  }
}

function acknowledge(scene: Scene, entry: Entry, { rules }: Asked): EndDecision | null {
  const row = ownRow(scene);
  const record = recordOf(scene.world, scene.place.job);
  const { job } = record;
  if (row === null || job.stopRequest === null) return null;
  const own = endingOf(record, at(scene.world.jobs, scene.place.job).attempts, row);
  return rules.decideAcknowledge(job, own, proofOf(entry), AT);
}

function proofOf({ survivors, output }: Entry) {
  return { survivors, output, publications: publicationsOf(output) };
}

/** The journal notes that the database has the report. After the last report the slot is free. */
function finished(world: World, place: Scene['place'], entry: Entry): World {
  const sent = withAttempt(world, place, { entry: { ...entry, isSent: true } });
  return entry.isOpen ? sent : withAttempt(sent, place, { slot: null });
}

/** One step of operations/worker/restore-attempt.ts. Other moves may come between two steps. */
function restore({ world, place, attempt, part }: Scene, { rules }: Asked, add: Add) {
  const { entry } = attempt;
  if (entry === null) return;
  const { record } = part;
  const label = `the report of ${attempt.id} (${entry.end})`;
  if (record === null) {
    const next = finished(world, place, entry);
    return add('work', `${label} is of no known job`, settled(next, attempt.machine, { rules }));
  }
  const report = reportOf(world, attempt, record.job);
  let step = rules.decideRestore(record.job, knownOf(record, part.attempts), report);
  let { job } = record;
  while (step?.kind === 'warn' && isFinal(job.status)) {
    // A job that has ended needs only the warning. Other moves between the warning and the next
    // step do not matter.
    job = { ...job, warnings: [...job.warnings, step.warning] };
    step = rules.decideRestore(job, knownOf(record, part.attempts), report);
  }
  if (step === null) {
    const warned = withJob(world, place.job, { record: { ...record, job } });
    const next = finished(warned, place, entry);
    const there = settled(next, attempt.machine, { rules });
    return add('work', `${label} is in the database`, there, { isLocal: true });
  }
  const change = rules.applyRestore(step, job, knownOf(record, part.attempts), report, AT);
  if (!change.ok) return; // the operation throws, and the host tries again
  const isCancel = change.event === 'requestStop' || change.event === 'cancelQueued';
  const restored = isCancel ? { ...change.job, awaitedHosts: awaitedIn(world) } : change.job;
  const after = saved(record, restored, change.attempt);
  const rows =
    step.kind === 'addAttempt'
      ? [...after.rows, { ...newRow(attempt.id, step.number), outcome: 'lost' } as const]
      : after.rows;
  const stopAttemptId = isCancel ? attempt.id : record.stopAttemptId;
  const next = withJob(world, place.job, { record: { ...after, rows, stopAttemptId } });
  const isLocal = isFinal(record.job.status) && change.event === null;
  add('work', `${label} changes the job: ${change.event ?? step.kind}`, next, { isLocal });
}
