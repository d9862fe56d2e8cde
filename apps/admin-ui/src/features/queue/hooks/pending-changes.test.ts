import type { WireJob } from '@renderdeck/contract';
import { expect, it } from 'vitest';
import { aJob } from '../../../testing/a-job.ts';
import { matchesFilter, type QueueFilter } from '../api/queue-search.ts';
import { addChange, NO_CHANGES, type PendingChanges } from './pending-changes.ts';

const queued = aJob({ status: 'QUEUED', position: 7, host: null, startedAt: null, version: 1 });
const running = aJob({ version: 2 });
const finished = aJob({ status: 'COMPLETED', endedAt: '2026-11-25T03:00:00.000Z', version: 3 });
const stopping = aJob({ status: 'CANCELLING', version: 3 });
const raised = { ...queued, position: 3, priority: 80, version: 2 };

function change(
  known: PendingChanges,
  event: string,
  before: WireJob | undefined,
  job: WireJob,
  { previousStatus = before?.status ?? null, filter = { show: 'active' } as const }: Options = {},
): string {
  const at = '2026-11-25T03:00:00.000Z';
  const frame = {
    at,
    event,
    previousStatus,
    actor: 'ada',
    version: 1,
    job,
  } as const;
  const { moved, added, ended } = addChange(
    known,
    { change: frame, before },
    (one) => matchesFilter(one, filter),
    () => 7,
  );
  return `${moved.size} moved, ${added.size} new, ${ended.size} ended`;
}
type Options = { previousStatus?: WireJob['status'] | null; filter?: QueueFilter };

const ADDED = { ...NO_CHANGES, added: new Set([queued.id]) };
const ENDED: QueueFilter = { show: 'ended' };

it.each<[string, string, string]>([
  ['a new job', change(NO_CHANGES, 'submit', undefined, queued), '0 moved, 1 new, 0 ended'],
  ['a claim', change(NO_CHANGES, 'claim', queued, running), '1 moved, 0 new, 0 ended'],
  ['a new priority', change(NO_CHANGES, 'setPriority', queued, raised), '1 moved, 0 new, 0 ended'],
  [
    'a new priority that the list brought first',
    change(NO_CHANGES, 'setPriority', raised, raised),
    '1 moved, 0 new, 0 ended',
  ],
  ['an end', change(NO_CHANGES, 'complete', running, finished), '0 moved, 0 new, 1 ended'],
  [
    'an end that the list brought first',
    change(NO_CHANGES, 'complete', finished, finished, { previousStatus: 'RENDERING' }),
    '0 moved, 0 new, 1 ended',
  ],
  ['a fact after the end', change(NO_CHANGES, 'x', finished, finished), '0 moved, 0 new, 0 ended'],
  ['a stop', change(NO_CHANGES, 'requestStop', running, stopping), '0 moved, 0 new, 0 ended'],
  ['a new job that started', change(ADDED, 'claim', queued, running), '0 moved, 1 new, 0 ended'],
  ['a new job that ended', change(ADDED, 'complete', running, finished), '0 moved, 0 new, 0 ended'],
  [
    'an end, in the list of ended jobs',
    change(NO_CHANGES, 'complete', running, finished, { filter: ENDED }),
    '0 moved, 1 new, 0 ended',
  ],
  [
    'a job that the filter leaves out',
    change(NO_CHANGES, 'claim', queued, running, { filter: { show: 'active', q: 'other' } }),
    '0 moved, 0 new, 0 ended',
  ],
  [
    'a job that comes to the host of the filter',
    change(NO_CHANGES, 'claim', queued, running, { filter: { show: 'active', host: 'ae-03' } }),
    '0 moved, 1 new, 0 ended',
  ],
  [
    'a job that leaves the status of the filter',
    change(NO_CHANGES, 'claim', queued, running, { filter: { show: 'active', status: 'QUEUED' } }),
    '1 moved, 0 new, 0 ended',
  ],
])('%s counts once, by its place', (_, counted, expected) => {
  expect(counted).toBe(expected);
});

it('keeps the position before the first move', () => {
  const frame = {
    at: '2026-11-25T03:00:00.000Z',
    event: 'setPriority',
    previousStatus: 'QUEUED',
    actor: 'ada',
    version: 2,
    job: raised,
  } as const;
  const inList = () => true;
  const place = () => 9;
  const once = addChange(NO_CHANGES, { change: frame, before: queued }, inList, place);
  const twice = addChange(once, { change: frame, before: raised }, inList, place);
  expect(twice.moved.get(queued.id)).toBe(7);
  // The answer to one's own request brought the new position first.
  const own = addChange(NO_CHANGES, { change: frame, before: raised }, inList, place);
  expect(own.moved.get(queued.id)).toBe(9);
});
