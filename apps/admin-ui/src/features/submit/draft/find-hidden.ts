import { HIDDEN, type Json, splitSecrets } from '@renderdeck/contract';
import type { Path } from './job-value.ts';

/** Looks like a secret wherever one may stand, and is in no real job. */
const STAND_IN = 'H1dd3n-by-Renderdeck';

/**
 * Where a job shows a secret as HIDDEN instead of holding it: nothing can be rendered with that.
 * The same sign in a text where no secret may stand is a text like any other.
 */
export function findHidden(job: Json): readonly Path[] {
  const probe: Json = JSON.parse(JSON.stringify(job).replaceAll(HIDDEN, STAND_IN));
  return splitSecrets(probe)
    .secrets.filter(({ value }) => JSON.stringify(value).includes(STAND_IN))
    .map(({ path }) => path);
}
