import { isRunning, type JobStatus, TRANSITIONS } from '@renderdeck/domain';
import {
  countPlaces,
  type Database,
  type JobFilter,
  type ListPlace,
  type ListSection,
  type ListStart,
  listPlaces,
} from '@renderdeck/store';

const SECTIONS = ['running', 'queued', 'ended'] as const;

/** The section of the list that has the jobs with this status. */
export function sectionOf(status: JobStatus): ListSection {
  if (status === TRANSITIONS.claim.from) return 'queued';
  return isRunning(status) ? 'running' : 'ended';
}

/** The sections that a list shows, in order. */
export function sectionsShown(
  show: 'active' | 'ended' | 'all',
  status: JobStatus | null,
): readonly ListSection[] {
  return SECTIONS.filter(
    (section) =>
      (show === 'all' || (show === 'ended') === (section === 'ended')) &&
      (status === null || sectionOf(status) === section),
  );
}

/**
 * Reads places from the start on, one section after the other, after leaving out `skip` places.
 * `previous` reads towards the start of the list and gives the nearest place first. A start in a
 * section that the list does not show gives nothing.
 */
export async function readPlaces(
  db: Database,
  sections: readonly ListSection[],
  filter: JobFilter,
  start: ListStart,
  page: { readonly skip: number; readonly limit: number },
): Promise<readonly ListPlace[]> {
  const order = start.direction === 'next' ? sections : sections.toReversed();
  const first = start.place === null ? 0 : order.indexOf(start.place.section);
  const shown = first < 0 ? [] : order.slice(first);
  const read = (section: ListSection, skip: number, limit: number) =>
    listPlaces(db, section, filter, startIn(section, start), { skip, limit });
  // A text is searched in one section after the other, because a search costs more than the wait.
  if (page.skip === 0 && filter.q === null) {
    const found = await Promise.all(shown.map((section) => read(section, 0, page.limit)));
    return found.flat().slice(0, page.limit);
  }
  const places: ListPlace[] = [];
  let { skip } = page;
  for (const section of shown) {
    const left = page.limit - places.length;
    if (left === 0) break;
    const found = await read(section, skip, left);
    places.push(...found);
    if (found.length > 0) skip = 0;
    else if (skip > 0)
      skip -= await countPlaces(db, section, filter, startIn(section, start), skip);
  }
  return places;
}

function startIn(section: ListSection, start: ListStart): ListStart {
  return { ...start, place: start.place?.section === section ? start.place : null };
}
