import { z } from 'zod';
import { templateFile } from './template-file.ts';

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
