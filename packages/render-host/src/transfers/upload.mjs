// @ts-check
/**
 * Does the work of `@nexrender/action-upload` for s3, gs, ftp and sftp. The files appear under
 * their final names after the second publish gate, or not at all:
 *
 * 1. Tell the daemon of each temporary upload before its first byte, so that it is removed even if
 *    this process or the daemon dies.
 * 2. Upload each file, with the tries of tries.mjs. The store compares size and checksum.
 * 3. Ask the second publish gate.
 * 4. Give each file its final name while the yes counts; ask again when it no longer counts.
 * 5. Tell the daemon. Only then is the action done.
 *
 * When an upload fails, its temporary files are removed. The daemon removes those that stay.
 *
 * @typedef {import('./stores/store.ts').Store} Store
 * @typedef {import('./stores/store.ts').Uploaded} Uploaded
 * @typedef {import('../nexrender/publish-file.mjs').Publication} Publication
 */
import { basename, extname, isAbsolute, join } from 'node:path';
import { ask, send } from '../nexrender/child-channel.mjs';
import { AlreadyOut, askToPublish, GateClosed } from '../nexrender/publish-gate.mjs';
import { isSequence, listPictures, namePicture } from '../nexrender/sequence.mjs';
import { accessOf } from './credentials.mjs';
import { writeRemotePart } from './remote-part.mjs';
import { planTransfers, sizeOf } from './report-transfers.mjs';
import { readUploadPlace, writeAddress } from './store-address.mjs';
import { openConnection } from './stores/open-store.mjs';
import { TransferFailed } from './transfer-failed.mjs';
import { withTries } from './tries.mjs';

/** The connections of one upload of a sequence. Servers of FTP and SFTP may allow one only. */
const AT_ONCE = { s3: 4, gs: 4, ftp: 1, ftps: 1, sftp: 1 };
/** How long a failed upload may take to remove its temporary files. */
const REMOVE_WITHIN_MS = 5000;
const SET = ['contentType', 'cacheControl', 'contentDisposition', 'acl', 'metadata'];

/**
 * @typedef {{ source: string, key: string, temporaryName: string }} File
 * @typedef {{ input?: string, provider: string, params?: Record<string, unknown> }} Options
 *
 * @param {{ credentials: readonly import('./credentials.mjs').Credential[],
 *   log: (line: string) => void }} host
 * @param {Publication} publication
 * @returns {import('../nexrender/load-actions.mjs').Action}
 */
export function createUpload({ credentials, log }, publication) {
  return async (anyJob, _settings, anyOptions, type) => {
    if (type !== 'postrender') throw new Error(`it runs in postrender only, not in ${type}`);
    const job = /** @type {{ output: string, workpath: string, uid: string }} */ (anyJob);
    const { input, provider, params = {} } = /** @type {Options} */ (anyOptions);
    const given = input || job.output;
    const source = isAbsolute(given) ? given : join(job.workpath, given);
    const address = readUploadPlace(provider, params, basename(source));
    const { place, access } = accessOf(address, credentials);
    const onNote = (/** @type {string} */ sentence) => log(`[${job.uid}] > upload: ${sentence}`);
    const files = listFiles(source, place.key, publication.attemptId);
    const what = writeAddress(place);
    const set = Object.fromEntries(
      SET.flatMap((name) => (params[name] ? [[name, params[name]]] : [])),
    );
    const upload = { place, access, onNote, set, signal: new AbortController().signal };
    await publish(files, what, upload, publication);
    return job;
  };
}

/**
 * The files of an upload. A sequence needs `[#####]` in the key for the number of each picture, or
 * a folder.
 *
 * @param {string} source
 * @param {string} key
 * @param {string} attemptId
 * @returns {File[]}
 */
function listFiles(source, key, attemptId) {
  const name = (/** @type {string} */ file) => `.${file.slice(-50)}.${attemptId}.part`;
  const one = (/** @type {string} */ path, /** @type {string} */ to) => ({
    ...{ source: path, key: to, temporaryName: name(to.split('/').at(-1) ?? '') },
  });
  if (!isSequence(source)) return [one(source, key)];
  const pictures = listPictures(source);
  if (pictures.length === 0) throw new Error(`there are no pictures ${source}`);
  const parts = key.split('/');
  const last = parts.pop() ?? '';
  if (!isSequence(last) && extname(last) !== '' && pictures.length > 1)
    throw new Error(
      `the render is a sequence of ${pictures.length} pictures, and ${key} is one file: ` +
        'give a name with [#####], or a folder with / at its end',
    );
  const folder = isSequence(last) ? parts : [...parts, last];
  return pictures.map(({ path, number }) => {
    const to = isSequence(last) ? namePicture(last, number) : basename(path);
    return one(path, [...folder, to].join('/'));
  });
}

/**
 * @typedef {object} Upload
 * @property {import('./stores/store.ts').Place} place
 * @property {import('./stores/store.ts').Access} access
 * @property {import('./stores/store.ts').UploadOptions} set
 * @property {(sentence: string) => void} onNote
 * @property {AbortSignal} signal
 *
 * @param {readonly File[]} files
 * @param {string} what
 * @param {Upload} upload
 * @param {Publication} publication
 */
async function publish(files, what, upload, { isLast, ...publication }) {
  const { place } = upload;
  const connections = Array.from({ length: AT_ONCE[place.scheme] }, () => openConnection(upload));
  const [connection = openConnection(upload)] = connections;
  /** @type {Map<File, Uploaded>} */
  const done = new Map();
  /** @type {Set<string>} */
  const begun = new Set();
  try {
    await sendAll(files, connections, begun, upload, done);
    const warning = files.length > 1 ? warnOfMany(files.length, what) : publication.warning;
    const question = { what, isModule: false, isLast, move: null, warning };
    let isValid = () => false;
    for (const file of files) {
      await retry(upload, file, async () => {
        if (!isValid()) {
          const allowed = await askToPublish(question);
          if (allowed === null) throw new AlreadyOut(`${what} is out already`);
          isValid = allowed;
        }
        await connection.use((store) => store.finish(/** @type {Uploaded} */ (done.get(file))));
      });
      begun.delete(/** @type {Uploaded} */ (done.get(file)).temporary);
    }
    send({ type: 'published', path: what, part: null });
  } catch (cause) {
    await removeAll(begun, connection).catch(() => undefined);
    if (!(cause instanceof AlreadyOut)) throw cause;
  } finally {
    await Promise.all(connections.map(({ close }) => close()));
  }
}

/**
 * Uploads the files under temporary names, and reports how far that is.
 *
 * @param {readonly File[]} files
 * @param {readonly import('./stores/open-store.mjs').Connection[]} connections
 * @param {Set<string>} begun
 * @param {Upload} upload
 * @param {Map<File, Uploaded>} done
 */
async function sendAll(files, connections, begun, upload, done) {
  const planned = [];
  for (const { source, key } of files)
    planned.push({ name: key.split('/').at(-1) ?? key, total: await sizeOf(source) });
  const transfers = planTransfers('upload', planned);
  const waiting = [...files.entries()];
  try {
    await Promise.all(
      connections.map(async ({ use }) => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
          const [index, file] = one;
          done.set(
            file,
            await sendFile(file, use, begun, { ...upload, transfer: transfers[index] }),
          );
          transfers[index]?.end();
        }
      }),
    );
  } finally {
    for (const transfer of transfers) transfer.end();
  }
}

/**
 * Uploads a file under a temporary name.
 *
 * @param {File} file
 * @param {import('./stores/open-store.mjs').Connection['use']} use
 * @param {Set<string>} begun
 * @param {Upload & { transfer: import('./report-transfers.mjs').Transfer | undefined }} upload
 */
async function sendFile(file, use, begun, upload) {
  const { transfer } = upload;
  const { source, key, temporaryName } = file;
  return await retry(upload, file, () =>
    use((store) =>
      store.upload(source, key, {
        ...upload.set,
        temporaryName,
        async onBegun(temporary) {
          transfer?.begin();
          begun.add(temporary);
          const part = writeRemotePart({
            place: { ...upload.place, key },
            name: temporaryName,
            temporary,
          });
          if ((await ask({ type: 'part', path: part })) !== 'yes') throw new GateClosed();
        },
        onSent: (bytes) => transfer?.moved(bytes),
      }),
    ),
  );
}

/**
 * @template T
 * @param {Upload} upload @param {File} file @param {() => Promise<T>} tryOnce
 * @returns {Promise<T>}
 */
async function retry({ place, signal, onNote }, { key }, tryOnce) {
  const what = writeAddress({ ...place, key });
  try {
    return await withTries(tryOnce, { signal, onRetry: (why) => onNote(`${what}: ${why}`) });
  } catch (cause) {
    if (!(cause instanceof TransferFailed)) throw cause;
    const maybe = cause.isMaybe ? '. The server may have it all the same' : '';
    throw new Error(`${what} could not be uploaded: ${cause.message}${maybe}`, { cause });
  }
}

/** @param {Set<string>} begun @param {import('./stores/open-store.mjs').Connection} connection */
async function removeAll(begun, { use }) {
  const end = AbortSignal.timeout(REMOVE_WITHIN_MS);
  const late = new Promise((_, reject) => end.addEventListener('abort', reject));
  for (const temporary of begun)
    await Promise.race([use((store) => store.remove(temporary)), late]);
}

/** @param {number} count @param {string} what */
function warnOfMany(count, what) {
  return (
    `The ${count} files of ${what} are published one after the other. ` +
    'If an attempt ends in between, only some of them are its own.'
  );
}
