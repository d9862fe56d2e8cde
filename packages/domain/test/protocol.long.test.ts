/*
 * Visits every state that the rules reach within the bounds of each test. explorer/world.ts says
 * what a state is and what the model leaves out; explorer/invariants.ts says what must hold. A
 * failure is shown with the shortest path. RENDERDECK_EXPLORE=deep explores more, for some minutes.
 */
import { expect, test } from 'vitest';
import { JOB_STATUSES } from '../src/index.ts';
import { describeFailure, describeFound } from './explorer/describe.ts';
import { explore, type Found, findStuck, pathTo } from './explorer/explore.ts';
import type { MoveKind } from './explorer/moves/move.ts';
import type { Bounds } from './explorer/world.ts';

/** The moves without an admin: hosts come back by themselves. */
const HOSTS_COME_BACK = ['work', 'time', 'back'] as const;
/**
 * The moves of a farm whose lost hosts never come back: only running programs and an admin help.
 */
const NOBODY_COMES_BACK = ['work', 'time', 'admin'] as const;
const TIMEOUT_MS = 1_200_000;

const one = { jobs: 1, attempts: 6, spare: 'machine' } as const;
const two = { ...one, jobs: 2 } as const;
type Case = readonly [bounds: Bounds, waysOut: readonly (readonly MoveKind[])[]];
const BOTH = [HOSTS_COME_BACK, NOBODY_COMES_BACK];

// All states of these would take minutes. A path that is cut off has no end, so no way out is
// checked.
const UP_TO: readonly Omit<Bounds, 'moves'>[] = [
  { ...two, faults: 1, kinds: ['standby'] },
  { ...one, faults: 2, kinds: ['standby', 'kill'] },
  { ...two, faults: 2, kinds: ['replace', 'kill'] },
];
const CASES: readonly Case[] = [
  [
    {
      ...two,
      faults: 1,
      kinds: ['cut', 'freeze', 'kill', 'drain', 'fail', 'outage', 'unheard'],
    },
    BOTH,
  ],
  [{ ...one, faults: 2, kinds: ['freeze', 'kill'] }, BOTH],
  [{ ...one, faults: 1, kinds: ['kill', 'cut', 'freeze', 'fail'], noApi: true }, BOTH],
  [{ ...one, faults: 1, kinds: ['reboot', 'fail'] }, BOTH],
  // If another host has the name of a host, that host may need a name of its own for the proof.
  ...(['machine', 'container', 'clone'] as const).map(
    (spare): Case => [
      { ...one, spare, faults: 2, kinds: ['replace', 'kill'] },
      [NOBODY_COMES_BACK],
    ],
  ),
  [{ ...one, faults: 1, kinds: ['standby'] }, BOTH],
  ...UP_TO.map((bounds): Case => [{ ...bounds, moves: 12 }, []]),
];
const DEEP: readonly Case[] = [
  ...UP_TO.map((bounds): Case => [{ ...bounds, moves: 14 }, []]),
  [{ ...one, faults: 2, kinds: ['reboot', 'kill'] }, BOTH],
  [{ ...one, faults: 2, kinds: ['cut', 'freeze', 'kill', 'drain', 'fail', 'outage'] }, BOTH],
  ...(['machine', 'container', 'clone'] as const).map(
    (spare): Case => [
      { ...one, spare, faults: 2, kinds: ['replace', 'kill', 'freeze', 'reboot'] },
      [NOBODY_COMES_BACK],
    ],
  ),
  ...(['kill', 'freeze', 'cut', 'drain', 'unheard', 'outage', 'fail'] as const).map(
    (kind): Case => [{ ...one, faults: 2, kinds: ['standby', kind] }, BOTH],
  ),
  [{ ...two, faults: 1, kinds: ['standby'] }, BOTH],
];
const isDeep = process.env.RENDERDECK_EXPLORE === 'deep';

test.each((isDeep ? [...CASES, ...DEEP] : CASES).map(named))(
  '%s: the rules hold in every state',
  (name, bounds, waysOut) => {
    const found = explore(bounds);
    console.info(`${name}: ${describeFound(found)}`);
    expect(found.failure === null ? null : describeFailure(found.failure)).toBeNull();
    for (const kinds of waysOut) expect(describeStuck(found, kinds)).toBeNull();
    const reached = JOB_STATUSES.filter((status) =>
      found.worlds.some(({ jobs }) => jobs.some(({ record }) => record?.job.status === status)),
    );
    expect(reached).toEqual(JOB_STATUSES);
  },
  TIMEOUT_MS,
);

function named([bounds, waysOut]: Case) {
  const { jobs, faults, kinds, spare, moves, noApi } = bounds;
  const third = kinds.includes('replace') ? `, a third machine (${spare})` : '';
  const things = faults === 1 ? 'one fault' : `${faults} faults`;
  const without = noApi === true ? ', no API' : '';
  const upTo = moves === undefined ? '' : `, up to ${moves} moves`;
  const name = `${jobs} × job, 2 × host${third}${without}, ${things} of ${kinds.join(', ')}${upTo}`;
  return [name, bounds, waysOut] as const;
}

/** The shortest path into a state from which no moves of these kinds lead to rest; null if none. */
function describeStuck(found: Found, kinds: readonly MoveKind[]): string | null {
  const [stuck] = findStuck(found, kinds);
  if (stuck === undefined) return null;
  const sentence = `no way out by ${kinds.join(', ')}`;
  return describeFailure({ sentence, path: pathTo(stuck, found) });
}
