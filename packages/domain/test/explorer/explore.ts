/* Visits every state that the moves reach within the bounds, breadth first. */
import { isFinal } from '../../src/index.ts';
import { findBrokenInvariant, isAtRest } from './invariants.ts';
import { keyOf } from './key.ts';
import { cancel, declareGone, handOverName, setPriority, submit } from './moves/admin.ts';
import { workOnAttempts } from './moves/attempt.ts';
import { addFaults } from './moves/faults.ts';
import { workOnHosts } from './moves/host.ts';
import type { Add, Asked, Move, MoveKind, Mover } from './moves/move.ts';
import { sendReports } from './moves/report.ts';
import { passTime } from './moves/time.ts';
import { RULES, type Rules } from './rules.ts';
import { type Bounds, startWorld, type World } from './world.ts';

const LOCAL: readonly Mover[] = [workOnAttempts, sendReports];
const OTHERS: readonly Mover[] = [
  submit,
  workOnHosts,
  passTime,
  cancel,
  setPriority,
  declareGone,
  handOverName,
  addFaults,
];

/** All moves of a world. A fault counts against the bound of faults. */
function movesOf(world: World, asked: Asked): readonly Move[] {
  const moves: Move[] = [];
  const { faults } = world.luck;
  const add: Add = (kind, label, next, { wrong = null, isLocal = false } = {}) => {
    if (kind !== 'fault') moves.push({ kind, label, world: next, wrong, isLocal });
    else if (faults > 0) {
      const luck = { ...next.luck, faults: faults - 1 };
      moves.push({ kind, label, world: { ...next, luck }, wrong, isLocal });
    }
  };
  for (const mover of LOCAL) mover(world, asked, add);
  const local = faults === 0 && !asked.everyOrder ? moves.find((move) => move.isLocal) : undefined;
  if (local !== undefined) return [local];
  for (const mover of OTHERS) mover(world, asked, add);
  return moves;
}

export type Found = {
  readonly asked: Asked;
  readonly worlds: readonly World[];
  /**
   * For each world the number of the world from which it was first reached; -1 for the first world.
   */
  readonly parents: readonly number[];
  readonly depth: number;
  readonly moves: number;
  readonly edges: Edges;
  /** What is wrong after the last move of the shortest path. */
  readonly failure: Failure | null;
};
export type Failure = {
  readonly sentence: string;
  readonly path: readonly { readonly label: string; readonly world: World }[];
};
export type Edges = { readonly from: number[]; readonly to: number[]; readonly kind: MoveKind[] };

/** Visits the states until one is wrong or all have been visited. */
export function explore(bounds: Bounds, rules: Rules = RULES): Found {
  const found = visit({ rules, bounds, everyOrder: false });
  // The shortest path may need an order of moves that was left out.
  return found.failure === null ? found : visit({ rules, bounds, everyOrder: true });
}

function visit(asked: Asked): Found {
  const { bounds } = asked;
  const mayPromote = bounds.kinds.includes('standby');
  const first = startWorld(bounds);
  const worlds = [first];
  const parents = [-1];
  const depths = [0];
  const edges: Edges = { from: [], to: [], kind: [] };
  const numbers = new Map([[keyOf(first, mayPromote), 0]]);
  let moves = 0;
  const found = (failure: Failure | null): Found => ({
    ...{ asked, worlds, parents, moves, edges, failure },
    depth: depths.at(-1) ?? 0,
  });
  for (let number = 0; number < worlds.length; number += 1) {
    if (depths[number] === bounds.moves) break;
    const world = worlds[number] ?? first;
    for (const { kind, label, world: next, wrong } of movesOf(world, asked)) {
      moves += 1;
      const key = keyOf(next, mayPromote);
      let known = numbers.get(key);
      if (known === undefined) {
        known = worlds.length;
        numbers.set(key, known);
        worlds.push(next);
        parents.push(number);
        depths.push((depths[number] ?? 0) + 1);
      }
      if (kind !== 'fault') {
        edges.from.push(number);
        edges.to.push(known);
        edges.kind.push(kind);
      }
      const sentence = wrong ?? leftFinal(world, next, label) ?? findBrokenInvariant(next, asked);
      if (sentence !== null) {
        const before = pathTo(number, { asked, worlds, parents });
        return found({ sentence, path: [...before, { label, world: next }] });
      }
    }
  }
  return found(null);
}

/**
 * A final status must stay. The exceptions are a promotion that loses the end of the job, and a
 * late completion of a job that failed because its attempts were lost.
 */
function leftFinal(before: World, after: World, label: string): string | null {
  if (before.luck.standby !== after.luck.standby) return null;
  const left = before.jobs.find(({ record }, index) => {
    const status = after.jobs[index]?.record?.job.status;
    if (record === null || status === record.job.status) return false;
    const isLate = record.job.status === 'FAILED' && status === 'COMPLETED';
    return isFinal(record.job.status) && !isLate;
  });
  return left === undefined ? null : `${left.record?.job.id} left a final status (${label})`;
}

/** The moves that lead to a world, with the world after each. */
export function pathTo(
  number: number,
  { asked, worlds, parents }: Pick<Found, 'asked' | 'worlds' | 'parents'>,
): Failure['path'] {
  const mayPromote = asked.bounds.kinds.includes('standby');
  const numbers: number[] = [];
  for (let at = number; at > 0; at = parents[at] ?? 0) numbers.unshift(at);
  const path: Move[] = [];
  let world = startWorld(asked.bounds);
  for (const at of numbers) {
    const wanted = keyOf(worlds[at] ?? world, mayPromote);
    const move = movesOf(world, asked).find((one) => keyOf(one.world, mayPromote) === wanted);
    if (move === undefined) throw new Error(`no move leads to state ${at}`);
    path.push(move);
    world = move.world;
  }
  return path;
}

/** The worlds from which no moves of these kinds lead to rest. */
export function findStuck({ worlds, edges }: Found, kinds: readonly MoveKind[]): number[] {
  // For each world the latest edge into it, and for each edge the previous edge into the same
  // world.
  const lastInto = new Int32Array(worlds.length).fill(-1);
  const before = new Int32Array(edges.to.length);
  edges.to.forEach((to, edge) => {
    before[edge] = lastInto[to] ?? -1;
    if (kinds.includes(edges.kind[edge] ?? 'fault')) lastInto[to] = edge;
  });
  const hasWay = worlds.map(isAtRest);
  const queue = [...hasWay.keys()].filter((number) => hasWay[number]);
  for (const number of queue)
    for (let edge = lastInto[number] ?? -1; edge >= 0; edge = before[edge] ?? -1) {
      const from = edges.from[edge] ?? 0;
      if (hasWay[from] !== true) queue.push(from);
      hasWay[from] = true;
    }
  return [...hasWay.keys()].filter((number) => !hasWay[number]);
}
