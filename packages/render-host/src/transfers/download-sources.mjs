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
import { findAlone } from './cache/find-alone.mjs';
import { beginSources, hashAddress, throughCache } from './cache/through-cache.mjs';
import { accessOf, loginFor } from './credentials.mjs';
import { canBeKept, downloadByHttp } from './download-by-http.mjs';
import { downloadFromStore } from './download-from-store.mjs';
import { planTransfers } from './report-transfers.mjs';
import { BadAddress, isStoreAddress, readStoreAddress } from './store-address.mjs';
import { TransferFailed } from './transfer-failed.mjs';

/** The name by which nexrender finds this step among the actions. */
export const DOWNLOAD = 'renderdeck:download';

/** After Effects may save such a file in its place. */
const PROJECT = /\.ae(p|px|t)$/i;

/** So many sources of a job are downloaded at the same time. */
const AT_ONCE = 15;

/**
 * @typedef {object} Options
 * @property {number} limitMs for each source
 * @property {readonly import('./credentials.mjs').Credential[]} credentials
 * @property {boolean} hasCache
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
      const alone = findAlone(job);
      const listed = listSources(job).map((one) => ({ ...one, isAlone: alone.has(one.source) }));
      const waiting = planAll(listed);
      if (options.hasCache) beginSources(waiting.length);
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

/** Announces the downloads. @param {(Listed & { isAlone: boolean })[]} listed */
function planAll(listed) {
  const named = listed.map(({ field, had }) => ({ name: nameForPeople(field, had.src) }));
  const transfers = planTransfers('download', named);
  return listed.flatMap((one, index) => {
    const transfer = transfers[index];
    return transfer === undefined ? [] : [{ ...one, transfer }];
  });
}

/**
 * The field and the last step of the path. That step stays as it is in the address, so that the
 * daemon finds a secret in it.
 *
 * @param {string} field @param {string} src
 */
function nameForPeople(field, src) {
  // Without a path, the last step would be the server, perhaps with a login before it.
  const [, path = ''] =
    /^[a-z0-9+.-]+:(?:[\\/]+[^\\/]*)?(.*)$/is.exec(src.replace(/[?#].*/s, '')) ?? [];
  const [, name = ''] = /[\\/]([^\\/]*)$/.exec(path) ?? [];
  return name === '' ? field : `${name} (${field})`;
}

/**
 * Downloads a source. Returns the path of the file.
 *
 * @param {Job} job
 * @param {ReturnType<typeof planAll>[number]} one
 * @param {AbortSignal} ended
 * @param {Options} options
 */
async function download({ uid, workpath }, { isAlone, ...one }, ended, options) {
  const { field, source, had, transfer } = one;
  const { src } = had;
  const { limitMs, log } = options;
  const limit = { signal: /** @type {AbortSignal | null} */ (null) };
  log(`[${uid}] > Downloading asset ${src}...`);
  transfer.begin();
  let path = '';
  const wanted = {
    isWritten: (/** @type {string} */ path) => field === 'template.src' || PROJECT.test(path),
    nameFile(/** @type {string | null} */ contentType) {
      path ||= join(workpath, nameFile(source, src, contentType));
      return path;
    },
    log: (/** @type {string} */ sentence) => log(`[${uid}] > ${field} ${sentence}`),
  };
  try {
    const { address, fetch } = prepareFetch(src, source.params, options);
    await throughCache({ ...wanted, address: isAlone ? address : null }, (how) => {
      // It does not count how long another render downloads the same address.
      limit.signal ??= AbortSignal.timeout(limitMs);
      const signal = AbortSignal.any([ended, limit.signal]);
      const onRetry = (/** @type {string} */ sentence) =>
        log(`[${uid}] > ${field} (${src}): ${sentence}`);
      return fetch({ ...how, ...wanted, signal, onRetry, transfer });
    });
    return path;
  } catch (cause) {
    const says = (/** @type {string} */ why) =>
      new KnownFailure('source', `${field} (${src}) could not be downloaded: ${why}.`);
    if (cause instanceof TransferFailed) throw says(cause.message);
    if (cause instanceof BadAddress)
      throw says(`its ${cause.field ?? 'address'} ${cause.message.replace(/\.$/, '')}`);
    if (limit.signal?.aborted && !ended.aborted)
      throw says(`it took longer than NEXRENDER_DOWNLOAD_TIMEOUT (${limitMs} ms)`);
    throw cause;
  } finally {
    transfer.end();
  }
}

/**
 * How to download a source, and its address for the cache; null: not through the cache.
 *
 * @param {string} src
 * @param {unknown} given
 * @param {Options} options
 */
function prepareFetch(src, given, { credentials, hasCache }) {
  const params = /** @type {import('./request.mjs').Params} */ (given ?? {});
  const isKept = hasCache && canBeKept(params);
  /** @typedef {import('./download-by-http.mjs').How} How */
  if (!isStoreAddress(src)) {
    const found = loginFor(new URL(src), params, credentials);
    if ('refused' in found) throw new TransferFailed(found.refused);
    const login = found.headers;
    return {
      address: isKept ? hashAddress({ src, params, login }) : null,
      fetch: (/** @type {How} */ how) => downloadByHttp(src, params, login, how),
    };
  }
  const { integrity = null } = params;
  const chosen = accessOf(readStoreAddress(src, { ...params }), credentials);
  return {
    address: isKept ? hashAddress({ ...chosen, params }) : null,
    fetch: (/** @type {How} */ how) => downloadFromStore({ ...chosen, integrity }, how),
  };
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
