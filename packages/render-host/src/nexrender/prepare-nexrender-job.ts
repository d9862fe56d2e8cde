import { nexrenderPriority, PRIORITY, SERVER_FIELDS } from '@renderdeck/domain';
import { isRecord } from '../system/is-record.ts';

/** With its number, the name fits below the longest scratch root of Windows (check-source). */
const LONGEST_OWN = 50;

/**
 * Makes the job that nexrender gets.
 *
 * 1. It has only the fields that nexrender's core reads.
 * 2. Its uid is the attempt's id. nexrender names its folder after it. Actions see other fields
 *    (fieldsForActions).
 * 3. The name of every downloaded file contains the name of its source, so that logs are readable.
 *    A number in it keeps two files with the same name apart.
 */
export function prepareNexrenderJob(
  job: Record<string, unknown>,
  attemptId: string,
): Record<string, unknown> {
  const template = isRecord(job.template) ? job.template : {};
  const assets = Array.isArray(job.assets) ? job.assets.filter(isRecord) : [];
  return {
    uid: attemptId,
    template: nameTemplate(template),
    assets: assets.map((asset, index) =>
      typeof asset.src === 'string' ? nameSource(asset, `asset-${index + 1}`) : { ...asset },
    ),
    actions: isRecord(job.actions) ? job.actions : {},
  };
}

/** Fields that nexrender itself sets before or during a render. */
const SET_BY_NEXRENDER = new Set([
  ...SERVER_FIELDS,
  ...['template', 'assets', 'actions', 'workpath', 'resultname', 'scriptfile', '__proto__'],
  ...['onChange', 'onRenderProgress', 'onRenderError'],
]);

/**
 * The fields of a job that actions see as its submitter gave them: `uid`, or the job's id if none
 * was given, `tags`, `priority` in nexrender's numbers, and every field that nexrender does not
 * set.
 */
export function fieldsForActions(
  job: Record<string, unknown>,
  {
    attemptId,
    jobId = attemptId,
    priority = PRIORITY.default,
  }: { readonly attemptId: string; readonly jobId?: string; readonly priority?: number },
): { uid: string } & Record<string, unknown> {
  const own = Object.entries(job).filter(([name]) => !SET_BY_NEXRENDER.has(name));
  const { uid } = job;
  return {
    ...{ tags: '', priority: nexrenderPriority(priority) },
    ...Object.fromEntries(own),
    uid: typeof uid === 'string' && uid !== '' ? uid : jobId,
  };
}

/** In the path of a project, After Effects reads %2F as a slash. */
function nameTemplate(template: Record<string, unknown>): Record<string, unknown> {
  const named = nameSource(template, 'template');
  return { ...named, name: `${named.name}`.replace(/%(?=[0-9A-Fa-f]{2})/g, '_') };
}

function nameSource(source: Record<string, unknown>, prefix: string): Record<string, unknown> {
  if (typeof source.name === 'string' && source.name !== '') return { ...source };
  const own = readOwnName(source.src);
  // A sequence needs the numbered names of its pictures.
  if (source.sequence === true && own !== '') return { ...source, name: own };
  return { ...source, name: own === '' ? prefix : `${prefix}-${own}` };
}

/** The last part of the path, with only characters that all systems and scripts accept. */
function readOwnName(src: unknown): string {
  if (typeof src !== 'string' || src.startsWith('data:')) return '';
  const path = src.split(/[?#]/, 1)[0] ?? '';
  const last = path.split(/[/\\]/).at(-1) ?? '';
  return decode(last)
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+|\.+$/g, '')
    .slice(-LONGEST_OWN);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
