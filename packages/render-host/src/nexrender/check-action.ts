import { isAbsolute, normalize } from 'node:path';
import { checkEncodeParams } from './check-encode-params.ts';
import { isRecord } from './is-record.ts';
import type { JobRules } from './job-rules.ts';
import { refuse } from './refusal.ts';
import { isInside, resolveLinks } from './resolve-links.ts';

/** The action, when its module may run and its paths stay in the scratch folder or, after the publish gate, in the output roots. */
export function checkAction(action: unknown, field: string, list: string, rules: JobRules): Record<string, unknown> {
  if (!isRecord(action) || typeof action.module !== 'string') return refuse(`${field}.module`, 'is missing: name the action module.');
  const { module, input, output } = action;
  if (!rules.actions.includes(module)) {
    return refuse(`${field}.module`, `is ${module}, which is not among the actions of this host. RENDERDECK_ACTIONS lists those that are.`);
  }
  if (input !== undefined && input !== null && input !== '') checkRelative(`${field}.input`, input);
  if (module === '@nexrender/action-copy' || module === '@nexrender/action-encode') {
    if (list !== 'postrender') refuse(field, `may stand in postrender only: ${module} writes what is published.`);
    if (typeof output !== 'string' || output === '') refuse(`${field}.output`, 'is missing: say where the result goes.');
  }
  if (module === '@nexrender/action-encode') checkEncodeParams(`${field}.params`, action.params);
  return output === undefined || output === null ? action : { ...action, output: checkOutput(`${field}.output`, output, list, rules) };
}

function checkOutput(field: string, output: unknown, list: string, { outputRoots }: JobRules): string {
  if (typeof output !== 'string' || /\p{Cc}/u.test(output)) return refuse(field, 'must be a path.');
  if (!isAbsolute(output)) return checkRelative(field, output);
  if (list !== 'postrender')
    return refuse(field, 'may be an absolute path in postrender only: nothing is published before the publish gate.');
  if (outputRoots.length === 0)
    return refuse(field, 'is outside of the scratch folder, and this host allows none: RENDERDECK_OUTPUT_ROOTS is not set.');
  const path = resolveLinks(output);
  if (path === null) return refuse(field, 'cannot be followed to a place on this host.');
  if (!outputRoots.some((root) => isInside(root, path)))
    return refuse(field, `leads to ${path}, which lies outside of RENDERDECK_OUTPUT_ROOTS.`);
  return path;
}

/** Below the job's folder; the action joins it there. */
function checkRelative(field: string, path: unknown): string {
  if (typeof path !== 'string' || /\p{Cc}/u.test(path)) return refuse(field, 'must be a path.');
  if (/^[A-Za-z]:|^\\\\/.test(path) && process.platform !== 'win32')
    return refuse(field, 'is a path on a Windows machine, and this host is none.');
  const way = normalize(path.replaceAll('\\', '/'));
  if (isAbsolute(path) || /^[A-Za-z]:/.test(path) || way === '..' || /^\.\.[/\\]/.test(way))
    return refuse(field, 'leads out of the job’s own folder.');
  return path;
}
