import { endOf, type WireAttempt, type WireJob } from '@renderdeck/contract';

/** The places to which the actions after the render write files, as the definition names them. */
export function listOutputs(nexrenderJob: unknown): readonly string[] {
  const actions = fieldOf(fieldOf(nexrenderJob, 'actions'), 'postrender');
  const outputs = Array.isArray(actions) ? actions.map((action) => fieldOf(action, 'output')) : [];
  return [...new Set(outputs.filter((output) => typeof output === 'string'))];
}

/** What is known of the output of all attempts together. */
export function describeOutput(
  status: WireJob['status'],
  attempts: readonly Pick<WireAttempt, 'output'>[],
): string {
  if (endOf(status) === 'finished' || attempts.some(({ output }) => output === 'published'))
    return 'Published';
  return attempts.some(({ output }) => output === 'maybe') ? 'May be published' : 'None published';
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
