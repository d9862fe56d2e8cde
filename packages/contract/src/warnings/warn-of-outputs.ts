import { actionRule, isFullPath } from '@renderdeck/domain';
import { isJsonObject, type JsonObject, objectsOf } from './json-object.ts';
import type { Warning } from './warn-of-fields.ts';

/**
 * Finds outputs that nobody will see: a file in the folder of the job is deleted with it. A module
 * of which Renderdeck knows nothing counts as one that publishes, and as one that reads every file.
 */
export function* warnOfOutputs(job: JsonObject): Generator<Warning> {
  const actions = objectsOf(isJsonObject(job.actions) ? job.actions.postrender : undefined);
  for (const [at, [index, action]] of actions.entries()) {
    if (!writesOutput(action) || !isText(action.output) || isFullPath(action.output)) continue;
    const { output } = action;
    if (actions.slice(at + 1).some(([, later]) => reads(later, output))) continue;
    yield () =>
      `actions.postrender[${index}].output is not a full path, so the file stays in the ` +
      'folder of the job and is deleted with it. No later action reads it.';
  }
  if (!actions.some(([, action]) => publishes(action)))
    yield () =>
      'Nothing of this job will be published: no action after the render copies or sends its ' +
      'result. The result is deleted with the folder of the job.';
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function writesOutput({ module }: JsonObject): boolean {
  return actionRule(module)?.result === 'publishes';
}

function publishes(action: JsonObject): boolean {
  if (isText(action.output) && isFullPath(action.output)) return true;
  const { result = 'leaves' } = actionRule(action.module) ?? {};
  return isText(action.module) && result === 'leaves';
}

/** Whether the action reads the file or folder at this path in the folder of the job. */
function reads(action: JsonObject, path: string): boolean {
  const { input, params } = action;
  const more: unknown = isJsonObject(params) ? params['-i'] : undefined;
  const inputs = [input, ...(Array.isArray(more) ? more : [more])].filter(isText);
  if (inputs.length === 0) return !writesOutput(action);
  const folder = plain(path);
  return inputs.map(plain).some((name) => name === folder || name.startsWith(`${folder}/`));
}

/** A path with one slash between its names, and without `.` in it. */
function plain(path: string): string {
  return path
    .split(/[\\/]/)
    .filter((name) => name !== '' && name !== '.')
    .join('/');
}
