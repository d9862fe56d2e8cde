import type { Api } from '@renderdeck/client';
import { Failure } from './explain-failure.ts';

/** With fewer characters, one id in a farm of many jobs would often stand for several. */
export const FEWEST_CHARACTERS = 6;
const BEGINNING_OF_ID = /^[0-9a-f]{1,8}(?:-[0-9a-f-]{0,27})?$/;
const PAGE = 1000;

/**
 * The id that begins with this text. A text that cannot be the beginning of an id stays as it is,
 * for the API to refuse. Fails if no job matches, or more than one.
 */
export async function findJobId(api: Pick<Api, 'listJobs'>, given: string): Promise<string> {
  const begin = given.toLowerCase();
  if (begin.length >= 36 || !BEGINNING_OF_ID.test(begin)) return given;
  if (begin.length < FEWEST_CHARACTERS)
    throw new Failure(
      'invalid_input',
      `id: Give the whole id, or at least its first ${FEWEST_CHARACTERS} characters.`,
    );
  const [id, ...others] = await listIds(api, begin);
  if (id === undefined)
    throw new Failure('job_not_found', `No job has an id that begins with ${begin}.`);
  if (others.length === 0) return id;
  throw new Failure(
    'ambiguous_id',
    `${others.length + 1} jobs have an id that begins with ${begin}; give more of the id. ` +
      'Nothing was changed.',
  );
}

/** The ids that begin with this text. The search of the API also finds names and other places. */
async function listIds(api: Pick<Api, 'listJobs'>, begin: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await api.listJobs.query({ q: begin, show: 'all', limit: PAGE, cursor });
    ids.push(...page.jobs.map(({ id }) => id).filter((id) => id.startsWith(begin)));
    if (page.nextCursor === null) return ids;
    cursor = page.nextCursor;
  }
}
