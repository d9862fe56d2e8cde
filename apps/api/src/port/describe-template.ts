import { HIDDEN } from '@renderdeck/contract';
import { z } from 'zod';

const stored = z.object({ template: z.object({ src: z.string(), composition: z.string() }) });

/** File and composition of a stored nexrender job, whose secrets are hidden. */
export function describeTemplate(nexrenderJob: unknown): {
  readonly template: string | null;
  readonly composition: string | null;
} {
  const { template } = stored.safeParse(nexrenderJob).data ?? {};
  if (template === undefined) return { template: null, composition: null };
  return { template: templateFile(template.src), composition: template.composition };
}

/**
 * The part of a URL before its path, which may hold `user:password@host`. A data: URL has no path,
 * so all of it matches.
 */
const BEFORE_PATH = /^(?:data:.*|[a-z][a-z0-9+.-]*:\/\/[^/\\]*)/is;

/** The file that a template's src names, without its path and query; null where it hides one. */
function templateFile(src: string): string | null {
  const [path] = src.replace(BEFORE_PATH, '').split(/[?#]/);
  const file = path?.split(/[\\/]/).at(-1) ?? '';
  return file === '' || file.includes(HIDDEN) ? null : file;
}

/** Gives the job's own name, else its composition and its template's file, as they are shown. */
export function nameJob(name: string | undefined, shown: unknown): string {
  if (name !== undefined) return name;
  const { template, composition } = describeTemplate(shown);
  const known = composition ?? HIDDEN;
  return `${known}${template === null ? '' : ` (${template})`}`.slice(0, 200);
}
