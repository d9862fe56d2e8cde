// @ts-check
/**
 * Downloads the sources of a job that are on a server or in a bucket, in place of nexrender, inside
 * the render:
 *
 * 1. It begins just before nexrender's own downloads, so it sees each source as the actions of
 *    predownload left it. Both go on at the same time.
 * 2. For nexrender, each of these sources is then a file that is used where it is (`useOriginal`).
 * 3. It writes a source into the job's folder, under the name that nexrender would give it.
 * 4. It ends as the first action of postdownload. Then each source has its own fields again, with
 *    `dest` and `extension`.
 *
 * Sources with other addresses stay as they are. Of `params`, it reads what request.mjs and
 * store-address.mjs list. The first source that fails ends the other downloads and the render.
 *
 * @typedef {import('../nexrender/job-guard.mjs').Job} Job
 * @typedef {import('../nexrender/job-guard.mjs').Source} Source
 */
import { randomUUID } from 'node:crypto';
import { extname, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import mime from 'mime-types';
import { KnownFailure } from '../nexrender/known-failure.mjs';
import { accessOf, headersFor } from './credentials.mjs';
import { downloadByHttp } from './download-by-http.mjs';
import { downloadFromStore } from './download-from-store.mjs';
import { BadAddress, isStoreAddress, readStoreAddress } from './store-address.mjs';
import { TransferFailed } from './transfer-failed.mjs';

/** The name by which nexrender finds this step among the actions. */
export const DOWNLOAD = 'renderdeck:download';

/** So many sources of a job are downloaded at the same time. */
const AT_ONCE = 15;

/**
 * @typedef {object} Options
 * @property {number} limitMs for each source
 * @property {readonly import('./credentials.mjs').Credential[]} credentials
 * @property {(line: string) => void} log
 *
 * @param {Options} options
 */
export function createDownloads(options) {
  /** @type {Promise<unknown>} */
  let done = Promise.resolve();
  /** @type {(Listed & { path: string })[]} */
  const downloaded = [];
  /** @type {(cause: unknown) => void} */
  let fail = () => undefined;
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    fail = reject;
  });
  return {
    failed,
    /** Begins the downloads. The names of the sources must be plain. @param {Job} job */
    begin(job) {
      const waiting = listSources(job);
      for (const { source } of waiting) {
        const path = join(job.workpath, String(source.name || 'source'));
        Object.assign(source, { src: pathToFileURL(path).href, useOriginal: true });
      }
      const end = new AbortController();
      const work = async () => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
          downloaded.push({ ...one, path: await download(job, one, end.signal, options) });
      };
      done = Promise.all(Array.from({ length: AT_ONCE }, work)).finally(() => end.abort());
      done.catch(fail);
    },
    /** @type {import('../nexrender/load-actions.mjs').Action} */
    async action(job) {
      await done;
      for (const { source, had, path } of downloaded) {
        delete source.useOriginal;
        Object.assign(source, had, { dest: path });
      }
      return job;
    },
  };
}

/**
 * @typedef {object} Listed
 * @property {string} field
 * @property {Source} source
 * @property {{ src: string, useOriginal?: unknown }} had its own fields
 *
 * @param {Job} job
 * @returns {Listed[]}
 */
function listSources({ template, assets }) {
  const sources = [
    { field: 'template.src', source: template },
    ...assets.map((source, index) => ({ field: `assets[${index}].src`, source })),
  ];
  return sources.flatMap(({ field, source }) => {
    const { src } = source;
    if (source.type === 'data' || typeof src !== 'string') return [];
    if (!/^https?:/i.test(src) && !isStoreAddress(src)) return [];
    const had = 'useOriginal' in source ? { src, useOriginal: source.useOriginal } : { src };
    return [{ field, source, had }];
  });
}

/**
 * Downloads a source. Returns the path of the file.
 *
 * @param {Job} job
 * @param {Listed} one
 * @param {AbortSignal} ended
 * @param {Options} options
 */
async function download({ uid, workpath }, { field, source, had: { src } }, ended, options) {
  const { limitMs, log } = options;
  const limit = AbortSignal.timeout(limitMs);
  log(`[${uid}] > Downloading asset ${src}...`);
  let path = '';
  try {
    await fetchSource(src, source.params, options, {
      signal: AbortSignal.any([ended, limit]),
      nameFile(contentType) {
        path ||= join(workpath, nameFile(source, src, contentType));
        return path;
      },
      onRetry: (sentence) => log(`[${uid}] > ${field} (${src}): ${sentence}`),
    });
    return path;
  } catch (cause) {
    const says = (/** @type {string} */ why) =>
      new KnownFailure('source', `${field} (${src}) could not be downloaded: ${why}.`);
    if (cause instanceof TransferFailed) throw says(cause.message);
    if (cause instanceof BadAddress)
      throw says(`its ${cause.field ?? 'address'} ${cause.message.replace(/\.$/, '')}`);
    if (limit.aborted && !ended.aborted)
      throw says(`it took longer than NEXRENDER_DOWNLOAD_TIMEOUT (${limitMs} ms)`);
    throw cause;
  }
}

/**
 * @param {string} src
 * @param {unknown} given
 * @param {Options} options
 * @param {import('./download-by-http.mjs').How} how
 */
async function fetchSource(src, given, { credentials }, how) {
  const params = /** @type {import('./request.mjs').Params} */ (given ?? {});
  if (!isStoreAddress(src)) {
    await downloadByHttp(src, params, headersFor(new URL(src), credentials), how);
    return;
  }
  const { integrity = null } = params;
  const chosen = accessOf(readStoreAddress(src, { ...params }), credentials);
  await downloadFromStore({ ...chosen, integrity }, how);
}

/**
 * The name that nexrender gives to a downloaded file, and the extension that it sets.
 *
 * @param {Source} source @param {string} src @param {string | null} contentType
 */
function nameFile(source, src, contentType) {
  const own = posix.basename(src.replace(/[?#].*$/, '')).replace(/[^A-Za-z0-9._-]+/g, '_');
  // Only a source that an action has added has no name.
  const name = source.name ? String(source.name) : `${randomUUID().slice(0, 8)}-${own}`;
  if (source.extension) return `${name}.${String(source.extension)}`;
  const extension = mime.extension(contentType ?? '') || undefined;
  source.extension = extension;
  return extension !== undefined && extname(name) === '' ? `${name}.${extension}` : name;
}
