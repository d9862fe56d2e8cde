import type { SubmitJobInput } from '@renderdeck/contract';
import { templateFile } from './template-file.ts';

/** Gives the job's own name, else its composition and its template's file. Shows no secret. */
export function nameJob({ name, job }: SubmitJobInput): string {
  if (name !== undefined) return name;
  const file = templateFile(job.template.src);
  return `${job.template.composition}${file === null ? '' : ` (${file})`}`.slice(0, 200);
}
