import { isFullPath } from '@renderdeck/domain';
import { isMisread, type PathView } from '../paths/path-view.ts';
import { stepsOut } from '../paths/read-path.ts';
import { isRecord } from '../system/is-record.ts';
import { checkEncodeParams } from './check-encode-params.ts';
import { type Bounds, checkPlace } from './check-place.ts';
import { readAddress } from './check-source.ts';
import { refuse, refuseHere } from './refusal.ts';

/**
 * Returns the action if its module may run and if its paths stay in the scratch folder. After the
 * publish gate, they may also be in the output roots.
 */
export function checkAction(
  action: unknown,
  field: string,
  list: string,
  bounds: Bounds,
): Record<string, unknown> {
  if (!isRecord(action) || typeof action.module !== 'string')
    return refuse(`${field}.module`, 'is missing: name the action module.');
  const { module, input, output } = action;
  const { actions, paths } = bounds;
  if (!actions.includes(module) && !(actions.length === 0 && paths.emptyListAllows)) {
    return refuseHere(
      `${field}.module`,
      `is ${module}, which is not among the allowed actions. ` +
        'RENDERDECK_ACTIONS lists those that are.',
    );
  }
  if (input !== undefined && input !== null && input !== '')
    checkRelative(`${field}.input`, input, paths);
  if (module === '@nexrender/action-copy' || module === '@nexrender/action-encode') {
    if (list !== 'postrender')
      refuse(field, `may stand in postrender only: ${module} writes what is published.`);
    if (typeof output !== 'string' || output === '')
      refuse(`${field}.output`, 'is missing: say where the result goes.');
  }
  if (module === '@nexrender/action-encode') checkEncodeParams(`${field}.params`, action.params);
  return output === undefined || output === null
    ? action
    : { ...action, output: checkOutput(`${field}.output`, output, list, bounds) };
}

function checkOutput(
  field: string,
  output: unknown,
  list: string,
  { outputRoots, paths }: Bounds,
): string {
  const text = readText(field, output);
  if (!isFullPath(text)) return checkRelative(field, text, paths);
  if (list !== 'postrender')
    return refuse(
      field,
      'may be an absolute path in postrender only: nothing is published before the publish gate.',
    );
  const roots = { folders: outputRoots, variable: 'RENDERDECK_OUTPUT_ROOTS' };
  const { decoded, read } = readAddress(text, field);
  readText(field, decoded);
  return checkPlace(field, read, roots, paths).path;
}

/** nexrender adds this path to the job's folder, so the path must stay below it on every system. */
function checkRelative(field: string, value: unknown, paths: PathView): string {
  const path = readText(field, value);
  if (isFullPath(path) || stepsOut(path))
    refuse(field, 'must lie in the job’s own folder: no /, \\ or drive before it and no .. in it.');
  if (isMisread(path, paths))
    refuse(
      field,
      'holds a name that Windows reads as another one: NUL, a colon, a dot at its end.',
    );
  return path;
}

function readText(field: string, value: unknown): string {
  return typeof value === 'string' && !/\p{Cc}/u.test(value)
    ? value
    : refuse(field, 'must be a path.');
}
