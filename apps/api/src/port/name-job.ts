import { HIDDEN, type SubmitJobInput } from '@renderdeck/contract';

/**
 * The part of a URL before its path, which may hold `user:password@host`. A data: URL has no path,
 * so all of it matches.
 */
const BEFORE_PATH = /^(?:data:.*|[a-z][a-z0-9+.-]*:\/\/[^/\\]*)/is;

/** Gives the job's own name, else its composition and its template's file. Shows no secret. */
export function nameJob({ name, job }: SubmitJobInput): string {
  if (name !== undefined) return name;
  const [path] = job.template.src.replace(BEFORE_PATH, '').split(/[?#]/);
  const file = path?.split(/[\\/]/).at(-1) ?? '';
  const shown = file.includes(HIDDEN) ? '' : file;
  return `${job.template.composition}${shown === '' ? '' : ` (${shown})`}`.slice(0, 200);
}
