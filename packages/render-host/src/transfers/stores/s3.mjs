// @ts-check
/**
 * A bucket of S3 or of a server that speaks like it. An upload is a multipart upload; see
 * s3-upload.mjs.
 *
 * @typedef {import('./store.ts').Store} Store
 * @typedef {import('./store.ts').StoredFile} StoredFile
 * @typedef {import('@aws-sdk/client-s3').HeadObjectCommandOutput} Described
 */
import { asChanged, openBucketConnections, readRest } from './bucket-answers.mjs';
import { asS3Failed, openClient, readCode } from './s3-client.mjs';
import { finishFile, uploadFile } from './s3-upload.mjs';

/** @type {import('./store.ts').OpenStore} */
export async function openStore(place, access, how) {
  const { signal } = how;
  signal.throwIfAborted();
  const sdk = await import('@aws-sdk/client-s3');
  const connections = await openBucketConnections(access);
  const client = await openClient(place, access, how, connections).catch(async (cause) => {
    await connections.close();
    throw cause;
  });
  const target = { sdk, client, place, signal };
  const bucket = { Bucket: place.bucket };
  const options = { abortSignal: signal };
  const fail = (/** @type {unknown} */ cause) => {
    throw asS3Failed(cause, signal);
  };
  return {
    async describe(key) {
      const Key = key;
      const head = new sdk.HeadObjectCommand({ ...bucket, Key, ChecksumMode: 'ENABLED' });
      const described = await client.send(head, options).catch(async (cause) => {
        const first = new sdk.GetObjectCommand({ ...bucket, Key, Range: 'bytes=0-0' });
        await explain(cause, () => client.send(first, options).catch(fail));
        return fail(cause);
      });
      return readDescription(described, place);
    },
    async read(key, from, version) {
      const command = new sdk.GetObjectCommand({
        ...{ ...bucket, Key: key },
        ...(from === 0 ? {} : { Range: `bytes=${from}-` }),
        ...(version === null ? {} : { IfMatch: version }),
      });
      const answer = await client.send(command, options).catch((cause) => {
        if (readCode(cause) === 'PreconditionFailed') throw asChanged();
        return fail(cause);
      });
      const { Body, ContentLength, ContentRange } = answer;
      const body = /** @type {import('node:stream').Readable} */ (Body);
      const rest = { from, range: ContentRange ?? '', length: ContentLength ?? Number.NaN };
      return readRest(body, rest, connections, signal);
    },
    upload: (path, key, options) => uploadFile(target, path, key, options),
    finish: (uploaded) => finishFile(target, uploaded),
    async remove(temporary) {
      const { Bucket, Key, UploadId } = JSON.parse(temporary);
      const command = new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId });
      await client.send(command, options).catch((cause) => {
        if (readCode(cause) !== 'NoSuchUpload') fail(cause);
      });
    },
    async close() {
      client.destroy();
      await connections.close();
    },
  };
}

/**
 * The answer to HEAD has no body, so it does not say why. The same question with GET says it.
 *
 * @param {unknown} cause
 * @param {() => Promise<import('@aws-sdk/client-s3').GetObjectCommandOutput>} ask
 */
async function explain(cause, ask) {
  const { $metadata } = /** @type {{ $metadata?: { httpStatusCode?: number } }} */ (cause);
  if (!/^4(?!08|29)/.test(`${$metadata?.httpStatusCode}`)) return;
  const { Body } = await ask();
  /** @type {import('node:stream').Readable} */ (Body).destroy();
}

/**
 * @param {Described} described
 * @param {import('./store.ts').Place} place
 * @returns {StoredFile}
 */
function readDescription(described, { bucket, endpoint }) {
  const { ContentLength, ETag, ContentType, ServerSideEncryption = 'AES256' } = described;
  /** @type {StoredFile['sums'][number][]} */
  const sums = [];
  const add = (/** @type {string} */ algorithm, /** @type {string | undefined} */ value) => {
    // `-2` at the end: a checksum of the checksums of two parts.
    if (value !== undefined && !value.includes('-'))
      sums.push({ algorithm, value, whose: `x-amz-checksum-${algorithm}` });
  };
  add('sha256', described.ChecksumSHA256);
  add('sha1', described.ChecksumSHA1);
  add('crc32c', described.ChecksumCRC32C);
  // Amazon's ETag is the MD5 unless the file has parts or a key of its own. Others do not promise.
  const [, md5] = /^"([0-9a-f]{32})"$/.exec(ETag ?? '') ?? [];
  const isPlain = ServerSideEncryption === 'AES256' && !described.SSECustomerAlgorithm;
  if (endpoint === null && isPlain && md5 !== undefined && !bucket.endsWith('--x-s3'))
    sums.push({ algorithm: 'md5', value: toBase64(md5), whose: 'ETag' });
  const size = ContentLength ?? null;
  return { size, version: ETag ?? null, contentType: ContentType ?? null, sums };
}

/** @param {string} hex */
function toBase64(hex) {
  return Buffer.from(hex, 'hex').toString('base64');
}
