import type { FailureKind } from './failure-cause.ts';
import type { JobLimits } from './job-limits.ts';

/**
 * The limits of one attempt, in ms. Each limit but `totalMs` belongs to one phase and says how long
 * the phase may move nothing; `launchMs` says how long the launch may take. `totalMs` is null if
 * there is no total limit.
 */
export type AttemptLimits = {
  readonly downloadMs: number;
  readonly prepareMs: number;
  readonly launchMs: number;
  readonly stallMs: number;
  readonly publishMs: number;
  readonly totalMs: number | null;
};

/**
 * What a render can move: `frames`, bytes of a `copy` into place, progress of an `encoding`, bytes
 * of its `network` connections, of its `output`, of all its `files`, and through its `programs`. If
 * several moved at the same time, the sentence names the first in this order.
 */
export const MOVED_KINDS = [
  'frames',
  'copy',
  'encoding',
  'network',
  'output',
  'files',
  'programs',
] as const;
export type MovedKind = (typeof MOVED_KINDS)[number];

/** How much has moved so far, and a text for people such as `12 MB of a.mov`. */
export type Moved = { readonly amount: number; readonly text: string };
export type MovedByKind = Readonly<Partial<Record<MovedKind, Moved>>>;

/** What a watcher sees of a render at one moment. */
export type StallLook = {
  readonly phase: string;
  readonly moved: MovedByKind;
  /** The render waits for an answer of its daemon, and the daemon may wait for the database. */
  readonly isWaiting: boolean;
  /** The time since the previous look, by the watcher's steady clock. */
  readonly elapsedMs: number;
};

/** A limit that a render has passed: a sentence, and the kind of the failure. */
export type OverLimit = { readonly sentence: string; readonly failure: FailureKind };

/** What a watcher remembers from one look to the next. */
export type StallWatch = {
  readonly phase: string;
  readonly amounts: Readonly<Partial<Record<MovedKind, number>>>;
  /** What moved last; null if nothing has moved. */
  readonly last: string | null;
  /** For how long nothing has moved in this phase. */
  readonly quietMs: number;
  readonly totalMs: number;
};

type StallPhase = {
  readonly limit: 'downloadMs' | 'prepareMs' | 'stallMs' | 'publishMs';
  readonly limitName: string;
  readonly phase: string;
};

const PHASES: Readonly<Record<string, StallPhase>> = {
  downloading: { limit: 'downloadMs', limitName: 'download stall limit', phase: 'Downloading' },
  preparing: { limit: 'prepareMs', limitName: 'prepare stall limit', phase: 'Preparing' },
  rendering: { limit: 'stallMs', limitName: 'stall limit', phase: 'Rendering' },
  publishing: { limit: 'publishMs', limitName: 'publish stall limit', phase: 'Publishing' },
};

/**
 * What counts as movement in each phase; in other phases everything counts. Logs and caches do not
 * count, because a hanging After Effects may still write them. The watcher may see the last frames
 * of a render only after publishing began.
 */
const COUNTED: Readonly<Record<string, readonly MovedKind[]>> = {
  launching: [],
  rendering: ['frames', 'output'],
  publishing: MOVED_KINDS.filter((kind) => kind !== 'frames'),
};

/** The limits of the host, replaced by the limits that the job sets. */
export function limitsOf(host: AttemptLimits, job: JobLimits): AttemptLimits {
  const { launchMs = host.launchMs, stallMs = host.stallMs, totalMs = host.totalMs } = job;
  return { ...host, launchMs, stallMs, totalMs };
}

/** How often to look: often enough to find a stall soon after the shortest limit. */
export function pauseBetweenLooks(limits: AttemptLimits): number {
  const { totalMs, ...others } = limits;
  const shortest = Math.min(...Object.values(others), totalMs ?? Number.POSITIVE_INFINITY);
  return Math.min(1000, Math.max(50, shortest / 20));
}

/**
 * Decides whether a render has passed one of its limits. A late look counts as one pause
 * (`everyMs`), because a watcher that stood still does not know what moved in that time.
 */
export function watchForStall(
  before: StallWatch | null,
  { phase, moved, isWaiting, elapsedMs }: StallLook,
  { limits, everyMs }: { readonly limits: AttemptLimits; readonly everyMs: number },
): { readonly watch: StallWatch; readonly over: OverLimit | null } {
  const countedMs = before === null ? 0 : elapsedMs > 3 * everyMs ? everyMs : elapsedMs;
  const counted = COUNTED[phase] ?? MOVED_KINDS;
  const amounts = { ...before?.amounts };
  let latest: string | null = null;
  for (const kind of MOVED_KINDS) {
    const { amount, text } = moved[kind] ?? { amount: amounts[kind] ?? 0, text: '' };
    if (amount === (amounts[kind] ?? 0)) continue;
    amounts[kind] = amount;
    if (counted.includes(kind)) latest ??= text;
  }
  const isQuiet = before?.phase === phase && !isWaiting && latest === null;
  const watch = {
    phase,
    amounts,
    last: latest ?? before?.last ?? null,
    quietMs: isQuiet ? before.quietMs + countedMs : 0,
    totalMs: (before?.totalMs ?? 0) + countedMs,
  };
  return { watch, over: findOver(watch, limits) };
}

function findOver(watch: StallWatch, limits: AttemptLimits): OverLimit | null {
  const { totalMs, launchMs } = limits;
  if (totalMs !== null && watch.totalMs > totalMs)
    return {
      sentence: `The render took longer than ${totalMs / 1000} s in all (total limit).`,
      failure: 'limit',
    };
  if (watch.phase === 'launching' && watch.quietMs > launchMs)
    return {
      sentence:
        `After Effects did not start the composition within ${launchMs / 1000} s ` +
        '(launch limit).',
      failure: 'noStart',
    };
  const words = PHASES[watch.phase];
  if (words === undefined || watch.quietMs <= limits[words.limit]) return null;
  const limit = writeDuration(limits[words.limit]);
  const what =
    watch.last === null ? `nothing for ${limit}` : `${watch.last}, nothing more for ${limit}`;
  return {
    sentence: `${words.phase} stopped moving: ${what} (${words.limitName}).`,
    failure: 'noStart',
  };
}

function writeDuration(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
