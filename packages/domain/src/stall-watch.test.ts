import { expect, it } from 'vitest';
import {
  type AttemptLimits,
  limitsOf,
  MOVED_KINDS,
  type MovedKind,
  pauseBetweenLooks,
  type StallLook,
  type StallWatch,
  watchForStall,
} from './stall-watch.ts';

const limits: AttemptLimits = {
  downloadMs: 300_000,
  prepareMs: 240_000,
  launchMs: 180_000,
  stallMs: 600_000,
  publishMs: 120_000,
  totalMs: null,
};
const EVERY_MS = 100_000;

type Seen = Partial<StallLook>;

/**
 * Makes the looks one after another, with one pause between two looks; gives the sentence of each
 * look.
 */
function look(looks: readonly Seen[], more: Partial<AttemptLimits> = {}) {
  let watch: StallWatch | null = null;
  return looks.map((one) => {
    const whole = {
      phase: 'downloading',
      moved: {},
      isWaiting: false,
      elapsedMs: EVERY_MS,
      ...one,
    };
    const seen = watchForStall(watch, whole, {
      limits: { ...limits, ...more },
      everyMs: EVERY_MS,
    });
    watch = seen.watch;
    return seen.over?.sentence ?? null;
  });
}
const bytes = (amount: number, name = 'a.mov') => ({
  files: { amount, text: `${amount} bytes of ${name}` },
});
/** That many looks that all see the same values. */
const still = (count: number, seen: Seen = {}): Seen[] => Array.from({ length: count }, () => seen);

it.each([
  ['downloading', 'Downloading stopped moving: nothing for 5 min (download stall limit).'],
  ['preparing', 'Preparing stopped moving: nothing for 4 min (prepare stall limit).'],
  ['rendering', 'Rendering stopped moving: nothing for 10 min (stall limit).'],
  ['publishing', 'Publishing stopped moving: nothing for 2 min (publish stall limit).'],
  ['launching', 'After Effects did not start the composition within 180 s (launch limit).'],
  ['gate', null],
  ['waitingToPublish', null],
])('a render that moves nothing while %s is over its limit: %s', (phase, sentence) => {
  expect(look(still(9, { phase })).findLast((over) => over !== null) ?? null).toBe(sentence);
});

it('a render is over a limit only if it moved nothing for longer than that limit', () => {
  expect(look([...still(4), { elapsedMs: 1 }])).toEqual([
    ...[null, null, null, null],
    expect.stringContaining('nothing for 5 min'),
  ]);
});

it('a stall is an unclear failure, and too long in total is a failure of the job', () => {
  const failureOf = (phase: string, totalMs: number | null) =>
    watchForStall(
      { phase, amounts: {}, last: null, quietMs: 700_000, totalMs: 700_000 },
      { phase, moved: {}, isWaiting: false, elapsedMs: 0 },
      { limits: { ...limits, totalMs }, everyMs: EVERY_MS },
    ).over?.failure;
  expect(['downloading', 'launching', 'publishing'].map((phase) => failureOf(phase, null))).toEqual(
    ['noStart', 'noStart', 'noStart'],
  );
  expect(failureOf('rendering', 600_000)).toBe('limit');
});

it('a limit of seconds is written in seconds', () => {
  expect(look(still(3), { downloadMs: 90_000 }).at(-1)).toContain('nothing for 90 s (');
});

it('any movement restarts the limit, and the sentence names what moved last', () => {
  expect(
    look([
      ...still(3),
      ...still(3, { moved: bytes(7) }),
      ...still(5, { moved: { ...bytes(7), network: { amount: 9, text: '9 bytes' } } }),
    ]).filter((over) => over !== null),
  ).toEqual([
    'Downloading stopped moving: 9 bytes, nothing more for 5 min (download stall limit).',
  ]);
});

it('a slow render that moves a little within each limit is never over a limit', () => {
  const looks = Array.from({ length: 90 }, (_, index) => ({ moved: bytes(Math.floor(index / 3)) }));
  expect(look(looks)).toEqual(looks.map(() => null));
});

it('movement of an earlier phase does not count in a later phase', () => {
  expect(
    look([
      { moved: bytes(7, 'b.mov') },
      ...still(4, { phase: 'preparing', moved: bytes(7, 'b.mov') }),
    ]).at(-1),
  ).toBe(
    'Preparing stopped moving: 7 bytes of b.mov, nothing more for 4 min (prepare stall limit).',
  );
});

it('frames that are seen late do not hide published bytes', () => {
  const frames = { amount: 60, text: 'frame 59' };
  const copy = { amount: 9, text: '9 bytes of film.mov' };
  expect(
    look([
      { phase: 'rendering' },
      ...still(3, { phase: 'publishing', moved: { frames, copy } }),
    ]).at(-1),
  ).toBe(
    'Publishing stopped moving: 9 bytes of film.mov, nothing more for 2 min (publish stall limit).',
  );
});

it('a new phase has its whole limit', () => {
  const phases = ['downloading', 'preparing', 'downloading', 'preparing', 'downloading'];
  const looks = phases.flatMap((phase) => still(3, { phase }));
  expect(look(looks)).toEqual(looks.map(() => null));
});

it('files written while After Effects starts do not extend the launch limit', () => {
  const looks = [1, 2, 3].map((amount) => ({ phase: 'launching', moved: bytes(amount) }));
  expect(look(looks).at(-1)).toContain('(launch limit)');
});

it('only frames and the output count while After Effects renders', () => {
  const seen = (kind: MovedKind) =>
    look(
      Array.from({ length: 9 }, (_, amount) => ({
        phase: 'rendering',
        moved: { [kind]: { amount, text: `${amount} of ${kind}` } },
      })),
    ).at(-1);
  const stalled = 'Rendering stopped moving: nothing for 10 min (stall limit).';
  expect(Object.fromEntries(MOVED_KINDS.map((kind) => [kind, seen(kind)]))).toEqual({
    frames: null,
    output: null,
    files: stalled,
    copy: stalled,
    encoding: stalled,
    network: stalled,
    programs: stalled,
  });
});

it('a render that waits for its daemon is not stalled, and has its whole limit afterwards', () => {
  const publishing = { phase: 'publishing' };
  expect(
    look([
      ...still(2, publishing),
      ...still(9, { ...publishing, isWaiting: true }),
      ...still(1, publishing),
    ]),
  ).toEqual(still(12).map(() => null));
});

it('a watcher that stood still ends no render because of that time', () => {
  const late = { elapsedMs: 86_400_000 };
  expect(look([{}, {}, late])).toEqual([null, null, null]);
  expect(look([{}, {}, late, {}, {}]).at(-1)).toContain('nothing for 5 min');
  expect(look([{}, late], { totalMs: 200_000 })).toEqual([null, null]);
});

it('the total limit counts through all phases, whatever moves', () => {
  const looks = ['preparing', 'downloading', 'rendering', 'gate'].map((phase, index) => ({
    phase,
    moved: bytes(index),
  }));
  expect(look(looks, { totalMs: 250_000 })).toEqual([
    ...[null, null, null],
    'The render took longer than 250 s in all (total limit).',
  ]);
});

it("a job's own limits replace the host's", () => {
  expect(limitsOf(limits, {})).toEqual(limits);
  expect(limitsOf(limits, { launchMs: 1, stallMs: 2, totalMs: 3 })).toEqual({
    ...limits,
    launchMs: 1,
    stallMs: 2,
    totalMs: 3,
  });
});

it.each([
  [{}, 1000],
  [{ publishMs: 2000 }, 100],
  [{ totalMs: 4000 }, 200],
  [{ downloadMs: 1000 }, 50],
  [{ downloadMs: 1 }, 50],
])('with the limits %j there is a look every %i ms', (more, pause) => {
  expect(pauseBetweenLooks({ ...limits, ...more })).toBe(pause);
});
