import { HIDDEN } from '@renderdeck/contract';
import { z } from 'zod';

const stored = z.object({ template: z.object({ src: z.string(), composition: z.string() }) });

/** Returns the file and composition of a stored nexrender job. Its secrets are hidden. */
export function describeTemplate(nexrenderJob: unknown): {
  readonly template: string | null;
  readonly composition: string | null;
} {
  const { template } = stored.safeParse(nexrenderJob).data ?? {};
  if (template === undefined) return { template: null, composition: null };
  return { template: templateFile(template.src), composition: template.composition };
}

/**
 * Matches the part of a URL before its path, which may hold `user:password@host`. A data: URL has
 * no path, so the whole URL matches.
 */
const BEFORE_PATH = /^(?:data:.*|[a-z][a-z0-9+.-]*:\/\/[^/\\]*)/is;

/**
 * Returns the file name in a template's src, without path and query. Null if the name is hidden.
 */
export function templateFile(src: string): string | null {
  const [path] = src.replace(BEFORE_PATH, '').split(/[?#]/);
  const file = path?.split(/[\\/]/).at(-1) ?? '';
  return file === '' || file.includes(HIDDEN) ? null : file;
}

/**
 * Returns the name of the job, or else its composition and template file, as everyone may see it.
 */
export function nameJob(name: string | undefined, shown: unknown): string {
  if (name !== undefined) return name;
  const { template, composition } = describeTemplate(shown);
  const known = composition ?? HIDDEN;
  return `${known}${template === null ? '' : ` (${template})`}`.slice(0, 200);
}
