import { HIDDEN } from '@renderdeck/contract';
import { describeTemplate } from './describe-template.ts';

/** Gives the job's own name, else its composition and its template's file, as they are shown. */
export function nameJob(name: string | undefined, shown: unknown): string {
  if (name !== undefined) return name;
  const { template, composition } = describeTemplate(shown);
  const known = composition ?? HIDDEN;
  return `${known}${template === null ? '' : ` (${template})`}`.slice(0, 200);
}
