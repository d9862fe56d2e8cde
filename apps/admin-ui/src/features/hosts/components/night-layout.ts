import type { WireAttemptOfHost } from '@renderdeck/contract';

/** The height of the row of a host, in px. */
export const ROW_HEIGHT = 26;
const PADDING = 3;
const LEAST_LANE = 2;

export type NightAttempt = {
  readonly attempt: WireAttemptOfHost;
  readonly fromMs: number;
  /** Null while it runs. */
  readonly toMs: number | null;
  /** Attempts that ran at the same time have different lanes. */
  readonly lane: number;
};
export type NightRow = {
  readonly host: string;
  readonly lanes: number;
  /** By the time of their begin. */
  readonly attempts: readonly NightAttempt[];
};

/** The attempts of each of these hosts in rows, and within a row in lanes that do not overlap. */
export function layOut(
  hosts: readonly string[],
  attempts: readonly WireAttemptOfHost[],
): readonly NightRow[] {
  const ofHost = new Map<string, WireAttemptOfHost[]>(hosts.map((host) => [host, []]));
  for (const attempt of attempts) ofHost.get(attempt.host)?.push(attempt);
  return [...ofHost].map(([host, own]) => {
    const ends: number[] = [];
    const placed = own
      .map((attempt) => ({
        attempt,
        fromMs: Date.parse(attempt.from),
        toMs: attempt.to === null ? null : Date.parse(attempt.to),
      }))
      .sort((one, other) => one.fromMs - other.fromMs)
      .map((one) => {
        const free = ends.findIndex((end) => end <= one.fromMs);
        const lane = free === -1 ? ends.length : free;
        ends[lane] = one.toMs ?? Number.POSITIVE_INFINITY;
        return { ...one, lane };
      });
    return { host, lanes: Math.max(1, ends.length), attempts: placed };
  });
}

/** Where a lane lies within the row of its host. */
export function laneBox(lanes: number, lane: number): { y: number; height: number } {
  const pitch = (ROW_HEIGHT - 2 * PADDING) / lanes;
  const gap = lanes === 1 ? 0 : Math.min(2, pitch / 4);
  const y = Math.round(PADDING + lane * pitch);
  return { y, height: Math.max(LEAST_LANE, Math.round(pitch - gap)) };
}

/** The attempt at a point of a row, or the nearest within the tolerance; null if none is near. */
export function findAt(
  { attempts, lanes }: NightRow,
  at: { readonly ms: number; readonly y: number; readonly toleranceMs: number },
): NightAttempt | null {
  const lane = Math.min(lanes - 1, Math.max(0, Math.floor(((at.y - PADDING) * lanes) / 20)));
  let best: NightAttempt | null = null;
  let nearest = at.toleranceMs;
  for (const one of attempts) {
    const end = one.toMs ?? Number.POSITIVE_INFINITY;
    const away = Math.max(0, one.fromMs - at.ms, at.ms - end);
    const isCloser = away < nearest || (away === nearest && one.lane === lane);
    if (isCloser) {
      best = one;
      nearest = away;
    }
  }
  return best;
}

/** The place of an attempt: its row and its number in the row. */
export type Place = { readonly row: number; readonly index: number };

export function attemptAt(rows: readonly NightRow[], place: Place | null): NightAttempt | null {
  return place === null ? null : (rows[place.row]?.attempts[place.index] ?? null);
}

/**
 * Where a key leads: left and right to the attempt before and after, up and down to the attempt of
 * the next host that has one, at about the same time. Without a place to the latest attempt of the
 * first host that has one. Null if the key leads nowhere.
 */
export function step(rows: readonly NightRow[], place: Place | null, key: string): Place | null {
  const current = attemptAt(rows, place);
  if (place === null || current === null) return isArrow(key) ? nextRow(rows, -1, 1, null) : null;
  const last = (rows[place.row]?.attempts.length ?? 0) - 1;
  const to = (index: number) => ({ row: place.row, index: Math.min(last, Math.max(0, index)) });
  switch (key) {
    case 'ArrowLeft':
      return to(place.index - 1);
    case 'ArrowRight':
      return to(place.index + 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(last);
    case 'ArrowUp':
      return nextRow(rows, place.row, -1, current.fromMs) ?? place;
    case 'ArrowDown':
      return nextRow(rows, place.row, 1, current.fromMs) ?? place;
    default:
      return null;
  }
}

function isArrow(key: string): boolean {
  return key.startsWith('Arrow') || key === 'Home' || key === 'End';
}

function nextRow(
  rows: readonly NightRow[],
  from: number,
  by: 1 | -1,
  atMs: number | null,
): Place | null {
  for (let row = from + by; row >= 0 && row < rows.length; row += by) {
    const attempts = rows[row]?.attempts ?? [];
    if (attempts.length === 0) continue;
    if (atMs === null) return { row, index: attempts.length - 1 };
    const away = attempts.map(({ fromMs }) => Math.abs(fromMs - atMs));
    return { row, index: away.indexOf(Math.min(...away)) };
  }
  return null;
}
