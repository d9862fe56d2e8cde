import {
  ACTION_LISTS,
  actionRule,
  IMAGE_FILTERS,
  isFullPath,
  UPLOAD_PROVIDERS,
} from '@renderdeck/domain';
import { isMisread, type PathView } from '../paths/path-view.ts';
import { stepsOut } from '../paths/read-path.ts';
import { isRecord } from '../system/is-record.ts';
import { readUploadPlace } from '../transfers/store-address.mjs';
import { isUpload } from '../transfers/uploads.mjs';
import { checkEncodeParams } from './check-encode-params.ts';
import { type Bounds, checkPlace, type Roots } from './check-place.ts';
import { readAddress } from './check-source.ts';
import { checkStore } from './check-store.ts';
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
  const { module } = action;
  const { actions, paths } = bounds;
  const rule = actionRule(module);
  const isAllowed = actions.includes(module) || rule?.result === 'nothing';
  if (!isAllowed && !(actions.length === 0 && paths.emptyListAllows)) {
    return refuseHere(
      `${field}.module`,
      `is ${module}, which is not among the allowed actions. ` +
        'RENDERDECK_ACTIONS lists those that are.',
    );
  }
  const lists: readonly string[] = rule?.lists ?? ACTION_LISTS;
  if (!lists.includes(list))
    refuse(field, `may stand in ${lists.join(' and ')} only: ${module} works nowhere else.`);
  if (rule?.result === 'publishes' && (typeof action.output !== 'string' || action.output === ''))
    refuse(`${field}.output`, 'is missing: say where the result goes.');
  checkOwnFields(module, field, action, paths);
  const { provider, params } = action;
  if (isUpload({ module, provider }))
    checkStore(field, 'params', bounds, () =>
      readUploadPlace(provider, isRecord(params) ? params : {}, 'result'),
    );
  return {
    ...action,
    ...checkInput(field, action, bounds),
    ...checkOutput(field, action, list, bounds),
  };
}

/** The fields of an official module that could do more than work on the files of the job. */
function checkOwnFields(
  module: string,
  field: string,
  { params, provider, filters }: Record<string, unknown>,
  paths: PathView,
): void {
  if (module === '@nexrender/action-encode') checkEncoding(`${field}.params`, params, paths);
  // The module loads a provider that it does not know as a file.
  if (module === '@nexrender/action-upload' && !isAmong(UPLOAD_PROVIDERS, provider))
    refuse(`${field}.provider`, `must be one of ${UPLOAD_PROVIDERS.join(', ')}.`);
  if (module !== '@nexrender/action-image' || !Array.isArray(filters)) return;
  for (const [index, filter] of filters.entries())
    if (!isRecord(filter) || !isAmong(IMAGE_FILTERS, filter.name))
      refuse(`${field}.filters[${index}].name`, `must be one of ${IMAGE_FILTERS.join(', ')}.`);
}

function isAmong(names: readonly string[], name: unknown): boolean {
  return typeof name === 'string' && names.includes(name);
}

/** Inputs lie in the folder of the job. A link may also lead to the asset roots. */
function checkInput(
  field: string,
  { module, input }: Record<string, unknown>,
  { assetRoots, paths }: Bounds,
): { readonly input?: string } {
  const own = `${field}.input`;
  if (input === undefined || input === null || input === '') return {};
  if (module === '@nexrender/action-link' && typeof input === 'string' && isFullPath(input)) {
    const roots = { folders: assetRoots, variable: 'RENDERDECK_ASSET_ROOTS' };
    return { input: checkFullPath(own, input, roots, paths) };
  }
  if (module !== '@nexrender/action-compress') checkRelative(own, input, paths);
  else if (!Array.isArray(input)) refuse(own, 'must be a list of files or folders.');
  else for (const [index, one] of input.entries()) checkRelative(`${own}[${index}]`, one, paths);
  return {};
}

/** `-i` names more inputs: files in the folder of the job. */
function checkEncoding(field: string, params: unknown, paths: PathView): void {
  const { '-i': more, ...options }: Record<string, unknown> = isRecord(params) ? params : {};
  const inputs = more === undefined ? [] : [more].flat();
  for (const input of inputs) checkRelative(`${field}["-i"]`, input, paths);
  checkEncodeParams(field, isRecord(params) ? options : params);
}

function checkOutput(
  field: string,
  { module, output }: Record<string, unknown>,
  list: string,
  { outputRoots, paths }: Bounds,
): { readonly output?: string } {
  if (output === undefined || output === null) return {};
  const own = `${field}.output`;
  const text = readText(own, output);
  // compress adds even a full path to the folder of the job.
  if (!isFullPath(text) || module === '@nexrender/action-compress')
    return { output: checkRelative(own, text, paths) };
  if (list !== 'postrender')
    return refuse(
      own,
      'may be an absolute path in postrender only: nothing is published before the publish gate.',
    );
  const roots = { folders: outputRoots, variable: 'RENDERDECK_OUTPUT_ROOTS' };
  return { output: checkFullPath(own, text, roots, paths) };
}

/** Returns the place of a full path that lies in the roots. */
function checkFullPath(field: string, path: string, roots: Roots, paths: PathView): string {
  const { decoded, read } = readAddress(path, field);
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
