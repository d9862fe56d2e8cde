import type { GetMeasuresOutput, StatusLabel, WireHost } from '@renderdeck/contract';
import { formatCount, formatDuration } from '../../../components/time/format-time.ts';

/** Where a person looks next. */
export type Look =
  | { readonly to: 'hosts'; readonly host?: string; readonly state?: WireHost['state'] }
  | { readonly to: 'failed'; readonly reason: string }
  | { readonly to: 'open' };
export type Thing = {
  readonly glyph: StatusLabel;
  readonly text: string;
  readonly look: Look;
};
export type Health = {
  readonly verdict: 'well' | 'look' | 'stands' | 'unknown';
  readonly sentence: string;
  readonly things: readonly Thing[];
};

type Measured = {
  readonly queue: { readonly waiting: number };
  readonly stops: { readonly notProven: number };
  readonly reasons: GetMeasuresOutput['reasons'];
};

/** So many hosts are named one by one; more are one thing. */
const MOST_NAMED = 2;
/** One failure may be one bad project. So many with one reason are not. */
const LEAST_FAILURES = 3;
/** States in which a host renders, or takes the next job. */
const WORKING: readonly WireHost['state'][] = ['idle', 'rendering'];

/** Whether the farm is well, in one sentence, and what to look at. */
export function describeHealth(
  hosts: readonly WireHost[],
  { queue, stops, reasons }: Measured,
  nowMs: number,
): Health {
  if (hosts.length === 0)
    return { verdict: 'unknown', sentence: 'No host has registered yet.', things: [] };
  const things = [
    ...silent(hosts, nowMs),
    ...refusing(hosts),
    ...failing(reasons),
    ...unproven(stops.notProven),
  ];
  const works = hosts.some(({ state }) => WORKING.includes(state));
  if (!works) {
    const { waiting } = queue;
    const waits = waiting === 0 ? '' : ` ${formatCount(waiting, 'job waits', 'jobs wait')}.`;
    return { verdict: 'stands', sentence: `The farm stands. No host takes jobs.${waits}`, things };
  }
  if (things.length === 0) return { verdict: 'well', sentence: 'The farm is well.', things };
  const many = things.length === 1 ? '1 thing' : `${things.length} things`;
  return { verdict: 'look', sentence: `The farm renders. Look at ${many}:`, things };
}

function silent(hosts: readonly WireHost[], nowMs: number): Thing[] {
  return each(
    hosts,
    'silent',
    ({ name, lastHeardAt }) =>
      `${name} silent for ${formatDuration(nowMs - Date.parse(lastHeardAt))}`,
    (count) => `${count} hosts are silent`,
  );
}

function refusing(hosts: readonly WireHost[]): Thing[] {
  return each(
    hosts,
    'problem',
    ({ name }) => `${name} takes no job`,
    (count) => `${count} hosts take no job`,
  );
}

function each(
  hosts: readonly WireHost[],
  state: WireHost['state'],
  one: (host: WireHost) => string,
  all: (count: number) => string,
): Thing[] {
  const glyph = state === 'silent' ? 'Unknown' : 'Failed';
  const found = hosts.filter((host) => host.state === state);
  if (found.length > MOST_NAMED)
    return [{ glyph, text: all(found.length), look: { to: 'hosts', state } }];
  return found.map((host) => ({ glyph, text: one(host), look: { to: 'hosts', host: host.name } }));
}

function failing([first]: GetMeasuresOutput['reasons']): Thing[] {
  if (first === undefined || first.count < LEAST_FAILURES) return [];
  const { reason, count } = first;
  const text = `${count} renders failed: ${reason}`;
  return [{ glyph: 'Failed', text, look: { to: 'failed', reason } }];
}

function unproven(count: number): Thing[] {
  if (count === 0) return [];
  return [
    { glyph: 'Not proven', text: `${formatCount(count, 'stop')} not proven`, look: { to: 'open' } },
  ];
}
