import { HIDDEN, type Json, splitSecrets } from '@renderdeck/contract';
import { nameOf, type Path, valueAt } from './job-value.ts';

/** Looks like a secret wherever one may stand, and is in no real job. */
const STAND_IN = 'H1dd3n-by-Renderdeck';

/**
 * The fields in which a job shows a secret as HIDDEN instead of holding it: nothing can be rendered
 * with that. `hidden` are the fields that were hidden when the job was filled in. The same sign in
 * any other text is a text.
 */
export function findHidden(job: Json, hidden: readonly string[]): readonly string[] {
  const probe: Json = JSON.parse(JSON.stringify(job).replaceAll(HIDDEN, STAND_IN));
  const known = splitSecrets(probe).secrets.filter(({ value }) => holds(value, STAND_IN));
  const filled = hidden.filter((field) => holds(valueAt(job, pathOf(job, field)), HIDDEN));
  return [...new Set([...known.map(({ path }) => nameOf(path)), ...filled])];
}

function holds(value: Json | undefined, text: string): boolean {
  return value !== undefined && JSON.stringify(value).includes(text);
}

/** The path that `nameOf` wrote: a number is an index where the job has a list. */
function pathOf(job: Json, field: string): Path {
  const path: (string | number)[] = [];
  for (const step of field.split('.'))
    path.push(Array.isArray(valueAt(job, path)) ? Number(step) : step);
  return path;
}
