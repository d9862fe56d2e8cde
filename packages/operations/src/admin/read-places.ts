import { isRunning, type JobStatus, TRANSITIONS } from '@renderdeck/domain';
import {
  countPlaces,
  type Database,
  type JobFilter,
  type ListPart,
  type ListPlace,
  type ListStart,
  listPlaces,
} from '@renderdeck/store';

const PARTS = ['running', 'queued', 'ended'] as const;

/** The part of the list that has the jobs with this status. */
export function partOf(status: JobStatus): ListPart {
  if (status === TRANSITIONS.claim.from) return 'queued';
  return isRunning(status) ? 'running' : 'ended';
}

/** The parts that a list shows, in order. */
export function partsShown(
  show: 'active' | 'ended' | 'all',
  status: JobStatus | null,
): readonly ListPart[] {
  return PARTS.filter(
    (part) =>
      (show === 'all' || (show === 'ended') === (part === 'ended')) &&
      (status === null || partOf(status) === part),
  );
}

/**
 * Reads places from the start on, one part after the other, after leaving out `skip` places.
 * `previous` reads towards the start of the list and gives the nearest place first. A start in a
 * part that the list does not show gives nothing.
 */
export async function readPlaces(
  db: Database,
  parts: readonly ListPart[],
  filter: JobFilter,
  start: ListStart,
  page: { readonly skip: number; readonly limit: number },
): Promise<readonly ListPlace[]> {
  const order = start.direction === 'next' ? parts : parts.toReversed();
  const first = start.place === null ? 0 : order.indexOf(start.place.part);
  const shown = first < 0 ? [] : order.slice(first);
  const read = (part: ListPart, skip: number, limit: number) =>
    listPlaces(db, part, filter, startIn(part, start), { skip, limit });
  // A text is searched in one part after the other, because a search costs more than the wait.
  if (page.skip === 0 && filter.q === null) {
    const found = await Promise.all(shown.map((part) => read(part, 0, page.limit)));
    return found.flat().slice(0, page.limit);
  }
  const places: ListPlace[] = [];
  let { skip } = page;
  for (const part of shown) {
    const left = page.limit - places.length;
    if (left === 0) break;
    const found = await read(part, skip, left);
    places.push(...found);
    if (found.length > 0) skip = 0;
    else if (skip > 0) skip -= await countPlaces(db, part, filter, startIn(part, start), skip);
  }
  return places;
}

function startIn(part: ListPart, start: ListStart): ListStart {
  return { ...start, place: start.place?.part === part ? start.place : null };
}
