// @ts-check
/**
 * Downloads the http(s) sources of a job in place of nexrender, inside the render:
 *
 * 1. It is the last action of predownload, so it sees each source as the actions before left it.
 * 2. It writes a source into the job's folder, under the name that nexrender would give it.
 * 3. In nexrender's own step, the source is a file that is used where it is (`useOriginal`).
 * 4. After that step, the source has its own fields again, with `dest` and `extension`.
 *
 * Sources with other addresses stay as they are. Of `params`, it reads what request.mjs lists, and
 * `integrity`. The first source that fails ends the other downloads.
 *
 * @typedef {import('../nexrender/job-guard.mjs').Job} Job
 * @typedef {import('../nexrender/job-guard.mjs').Source & {
 *   src: string, dest?: string, params?: import('./request.mjs').Params | null,
 * }} HttpSource
 */
import { randomUUID } from 'node:crypto';
import { extname, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import mime from 'mime-types';
import { checkNames } from '../nexrender/job-guard.mjs';
import { KnownFailure } from '../nexrender/known-failure.mjs';
import { DownloadFailed } from './download-failed.mjs';
import { downloadFile } from './download-file.mjs';

/** The name by which nexrender finds this step among the actions. */
export const DOWNLOAD = 'renderdeck:download';

/** So many sources of a job are downloaded at the same time. */
const AT_ONCE = 15;

/**
 * @typedef {object} Options
 * @property {number} limitMs for each source
 * @property {(line: string) => void} log
 *
 * @param {Options} options
 */
export function createDownloads(options) {
  /** @type {(() => void)[]} */
  const restores = [];
  return {
    /** @type {import('../nexrender/load-actions.mjs').Action} */
    async action(given) {
      const job = /** @type {Job} */ (given);
      checkNames(job);
      const waiting = listHttp(job);
      const end = new AbortController();
      const work = async () => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
          restores.push(handOver(one.source, await download(job, one, end.signal, options)));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work)).finally(() => end.abort());
      return job;
    },
    /** Call this after nexrender's own step. */
    restore() {
      for (const restore of restores.splice(0)) restore();
    },
  };
}

/** @param {Job} job @returns {{ field: string, source: HttpSource }[]} */
function listHttp({ template, assets }) {
  const sources = [
    { field: 'template.src', source: template },
    ...assets.map((source, index) => ({ field: `assets[${index}].src`, source })),
  ];
  return sources.flatMap(({ field, source }) =>
    source.type !== 'data' && typeof source.src === 'string' && /^https?:/i.test(source.src)
      ? [{ field, source: /** @type {HttpSource} */ (source) }]
      : [],
  );
}

/**
 * Downloads a source. Returns the path of the file.
 *
 * @param {Job} job
 * @param {{ field: string, source: HttpSource }} one
 * @param {AbortSignal} ended
 * @param {Options} options
 */
async function download({ uid, workpath }, { field, source }, ended, { limitMs, log }) {
  const { src } = source;
  const limit = AbortSignal.timeout(limitMs);
  log(`[${uid}] > Downloading asset ${src}...`);
  let path = '';
  try {
    await downloadFile(src, source.params ?? {}, {
      signal: AbortSignal.any([ended, limit]),
      nameFile(contentType) {
        path ||= join(workpath, nameFile(source, contentType));
        return path;
      },
      onRetry: (sentence) => log(`[${uid}] > ${field} (${src}): ${sentence}`),
    });
    return path;
  } catch (cause) {
    const says = (/** @type {string} */ why) =>
      new KnownFailure('source', `${field} (${src}) could not be downloaded: ${why}.`);
    if (cause instanceof DownloadFailed) throw says(cause.message);
    if (limit.aborted && !ended.aborted)
      throw says(`it took longer than NEXRENDER_DOWNLOAD_TIMEOUT (${limitMs} ms)`);
    throw cause;
  }
}

/**
 * The name that nexrender gives to a downloaded file, and the extension that it sets.
 *
 * @param {HttpSource} source @param {string | null} contentType
 */
function nameFile(source, contentType) {
  const { pathname } = new URL(source.src);
  const own = posix.basename(pathname).replace(/[^A-Za-z0-9._-]+/g, '_');
  // Only a source that an action has added has no name.
  const name = source.name ? String(source.name) : `${randomUUID().slice(0, 8)}-${own}`;
  if (source.extension) return `${name}.${String(source.extension)}`;
  source.extension = mime.extension(contentType ?? '') || undefined;
  return source.extension && extname(name) === '' ? `${name}.${source.extension}` : name;
}

/** Makes a source a file that nexrender uses where it is. Returns how to undo it. */
function handOver(/** @type {HttpSource} */ source, /** @type {string} */ path) {
  const { src } = source;
  const had = 'useOriginal' in source ? { useOriginal: source.useOriginal } : {};
  Object.assign(source, { src: pathToFileURL(path).href, useOriginal: true });
  return () => {
    delete source.useOriginal;
    Object.assign(source, had, { src, dest: path });
  };
}
