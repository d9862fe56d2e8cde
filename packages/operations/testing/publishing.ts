import type { Publications } from '@renderdeck/domain';
import type { Attempt } from '../src/index.ts';

/** The only output of the jobs in tests. */
export const FILM = '/renders/film.mov';

type Asking = { readonly warning?: string | null; readonly publications?: Publications };

/** An attempt asks the second gate for its only output. */
export function asking(attempt: Attempt, { warning = null, publications = [] }: Asking = {}) {
  return { attempt, asked: { what: FILM, isModule: false, publications }, isLast: true, warning };
}

/** An attempt reports that its output is out. By default it has another output to put out. */
export function publishedBy(attempt: Attempt, { allPublished = false } = {}) {
  const publications = [{ what: FILM, state: 'published' }] as const;
  return { attempt, path: FILM, parts: [], publications, allPublished };
}
