import { isRecord } from './is-record.ts';

/**
 * The job as nexrender gets it: only what its core reads, under the attempt's id (nexrender names its folder after it), and with a
 * name for every file it downloads. A name is made of the source's own where that is plain, so that logs stay readable; it is
 * numbered, so that two logos do not overwrite each other.
 */
export function prepareNexrenderJob(
  job: Record<string, unknown>,
  attemptId: string,
): Record<string, unknown> {
  const template = isRecord(job.template) ? job.template : {};
  const assets = Array.isArray(job.assets) ? job.assets.filter(isRecord) : [];
  return {
    uid: attemptId,
    template: nameSource(template, 'template'),
    assets: assets.map((asset, index) =>
      typeof asset.src === 'string' ? nameSource(asset, `asset-${index + 1}`) : { ...asset },
    ),
    actions: isRecord(job.actions) ? job.actions : {},
  };
}

function nameSource(source: Record<string, unknown>, prefix: string): Record<string, unknown> {
  if (typeof source.name === 'string' && source.name !== '') return { ...source };
  const own = readOwnName(source.src);
  // After Effects finds the pictures of a sequence by their numbered names.
  if (source.sequence === true && own !== '') return { ...source, name: own };
  return { ...source, name: own === '' ? prefix : `${prefix}-${own}` };
}

/** The last part of the path, in characters that are safe in every file system and in After Effects' scripts. */
function readOwnName(src: unknown): string {
  if (typeof src !== 'string' || src.startsWith('data:')) return '';
  const path = src.split(/[?#]/, 1)[0] ?? '';
  const last = path.split(/[/\\]/).at(-1) ?? '';
  return decode(last)
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+|\.+$/g, '')
    .slice(-80);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
