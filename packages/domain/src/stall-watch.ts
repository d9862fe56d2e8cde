import type { FailureKind } from './failure-cause.ts';
import type { JobLimits } from './job-limits.ts';

/**
 * The limits of one attempt, in ms. Each but `totalMs` belongs to one phase: how long it may move
 * nothing, and for `launchMs` how long it may take. `totalMs` is null where there is none.
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
 * What a render moves: `frames`, bytes of a `copy` into place, how far an `encoding` is, bytes of
 * its `network` connections, of its `output`, of all its `files`, and through its `programs`. Of
 * what moved at the same time, the first one is named.
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

/** How much was moved so far, and a text for people such as `12 MB of a.mov`. */
export type Moved = { readonly amount: number; readonly text: string };
export type MovedByKind = Readonly<Partial<Record<MovedKind, Moved>>>;

/** What a watcher sees of a render at one moment. */
export type StallLook = {
  readonly phase: string;
  readonly moved: MovedByKind;
  /** The render waits for an answer of its daemon, which may wait for the database. */
  readonly isWaiting: boolean;
  /** Since the look before, by the watcher's steady clock. */
  readonly elapsedMs: number;
};

/** A limit that a render is over, as a sentence, and what kind of failure that is. */
export type OverLimit = { readonly sentence: string; readonly failure: FailureKind };

/** What a watcher keeps between two looks. */
export type StallWatch = {
  readonly phase: string;
  readonly amounts: Readonly<Partial<Record<MovedKind, number>>>;
  /** What was moved last; null where nothing was. */
  readonly last: string | null;
  /** How long nothing was moved in this phase. */
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
 * What counts as movement in a phase; in any other phase everything does. The logs and caches of an
 * After Effects that hangs are no sign of life. The last frames of a render may be seen only when
 * it publishes already.
 */
const COUNTED: Readonly<Record<string, readonly MovedKind[]>> = {
  launching: [],
  rendering: ['frames', 'output'],
  publishing: MOVED_KINDS.filter((kind) => kind !== 'frames'),
};

/** The host's limits, with those that the job brings in their place. */
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
 * Decides whether a render is over one of its limits. A look that comes late counts as one pause
 * (`everyMs`): a watcher that stood still does not know what moved meanwhile.
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
