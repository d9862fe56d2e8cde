import { HIDDEN, type SubmitJobInput } from '@renderdeck/contract';

/**
 * What stands before the path of an address, which may be `user:password@host`; and all of a data:
 * address, which has no path.
 */
const BEFORE_PATH = /^(?:data:.*|[a-z][a-z0-9+.-]*:\/\/[^/\\]*)/is;

/** The job's name as given, or else its composition and its template's file. Shows no secret. */
export function nameJob({ name, job }: SubmitJobInput): string {
  if (name !== undefined) return name;
  const [path] = job.template.src.replace(BEFORE_PATH, '').split(/[?#]/);
  const file = path?.split(/[\\/]/).at(-1) ?? '';
  const shown = file.includes(HIDDEN) ? '' : file;
  return `${job.template.composition}${shown === '' ? '' : ` (${shown})`}`.slice(0, 200);
}
