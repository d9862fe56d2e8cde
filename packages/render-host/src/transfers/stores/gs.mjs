// @ts-check
/**
 * A bucket of Google Cloud Storage, by its JSON API. Google's library makes the login. Its
 * library of the storage takes no signal and no CA. An upload is a resumable upload; see
 * gs-upload.mjs.
 *
 * @typedef {import('./bucket-answers.mjs').Connections} Connections
 * @typedef {import('./store.ts').StoredFile} StoredFile
 */
import { asChanged, openBucketConnections, readRest } from './bucket-answers.mjs';
import { findLogin } from './gs-login.mjs';
import { createSend, readJson } from './gs-requests.mjs';
import { endUpload, finishFile, uploadFile } from './gs-upload.mjs';

const FIELDS = 'size,generation,contentType,contentEncoding,md5Hash,crc32c';

/** @type {import('./store.ts').OpenStore} */
export async function openStore(place, access, how) {
  const { signal } = how;
  signal.throwIfAborted();
  const connections = await openBucketConnections(access);
  const login = await findLogin(place, access, how).catch(async (cause) => {
    await connections.close();
    throw cause;
  });
  const send = createSend(place, login, connections, signal);
  const bucket = `b/${encodeURIComponent(place.bucket)}/o`;
  const pathOf = (/** @type {string} */ key) => `/storage/v1/${bucket}/${encodeURIComponent(key)}`;
  const target = { send, path: `/upload/storage/v1/${bucket}`, signal };
  return {
    async describe(key) {
      const answer = await send({ method: 'GET', path: pathOf(key), query: { fields: FIELDS } });
      return readDescription(await readJson(answer, signal));
    },
    async read(key, from, version) {
      const query = { alt: 'media', ...(version === null ? {} : { ifGenerationMatch: version }) };
      const headers = from === 0 ? {} : { range: `bytes=${from}-` };
      const isFine = (/** @type {number} */ status) => status < 300 || status === 412;
      const answer = await send({ method: 'GET', path: pathOf(key), query, headers, isFine });
      const { statusCode, headers: sent, body } = answer;
      if (statusCode === 412) {
        body.destroy();
        throw asChanged();
      }
      const [range, length] = [sent['content-range'], sent['content-length']];
      const rest = { from, range: `${range}`, length: Number(length) };
      return readRest(body, rest, connections, signal);
    },
    upload: (path, key, options) => uploadFile(target, path, key, options),
    finish: (uploaded) => finishFile(target, uploaded),
    remove: (temporary) => endUpload(target, temporary),
    close: () => connections.close(),
  };
}

/**
 * @param {Record<string, string | undefined>} stored
 * @returns {StoredFile}
 */
function readDescription(stored) {
  const { size, generation, contentType = null, contentEncoding, md5Hash, crc32c } = stored;
  // The server unpacks it, so the size, the checksums and the ranges are those of other bytes.
  if (contentEncoding === 'gzip') return { size: null, version: null, contentType, sums: [] };
  const sums = Object.entries({ md5: md5Hash, crc32c }).flatMap(([algorithm, value]) =>
    value === undefined
      ? []
      : [{ algorithm, value, whose: algorithm === 'md5' ? 'md5Hash' : algorithm }],
  );
  const known = size === undefined ? null : Number(size);
  return { size: known, version: generation ?? null, contentType, sums };
}
