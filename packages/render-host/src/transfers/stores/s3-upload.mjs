// @ts-check
/**
 * Uploads a file to S3 as a multipart upload:
 *
 * 1. It begins the upload and tells its id, with which `remove` can end it.
 * 2. It sends the parts, some at a time. It reads each part twice: for its checksums, which the
 *    server compares with what arrives, and to send it. Memory holds a few steps of a part only.
 * 3. Until `finish` completes the upload, the bucket has no file of it under any name.
 *
 * @typedef {import('@aws-sdk/client-s3').CompletedPart} CompletedPart
 * @typedef {import('@aws-sdk/client-s3').UploadPartCommandOutput} Stored
 * @typedef {Parameters<import('./store.ts').Store['upload']>[2]} Options
 *
 * @typedef {object} Target
 * @property {typeof import('@aws-sdk/client-s3')} sdk
 * @property {import('@aws-sdk/client-s3').S3Client} client
 * @property {import('./store.ts').Place} place
 * @property {AbortSignal} signal
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { TransferFailed } from '../transfer-failed.mjs';
import { readSlice, streamSlice } from './read-slice.mjs';
import { asS3Failed, readCode } from './s3-client.mjs';

/** S3 takes so many parts at most, and parts of at least 5 MiB. */
const MOST_PARTS = 10_000;
const LEAST_PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 4;

/**
 * @param {Target} target
 * @param {string} path
 * @param {string} key
 * @param {Options} options
 * @returns {Promise<import('./store.ts').Uploaded>}
 */
export async function uploadFile(target, path, key, options) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const upload = await begin(target, key, options);
    const temporary = JSON.stringify(upload);
    await options.onBegun(temporary);
    const parts = await sendParts({ ...target, upload, file, size }, options);
    return { key, temporary, proof: JSON.stringify({ parts, size }) };
  } finally {
    await file.close();
  }
}

/** @param {Target} target @param {string} Key @param {Options} options */
async function begin({ sdk, client, place, signal }, Key, options) {
  const { contentType, cacheControl, contentDisposition, acl, metadata } = options;
  const Bucket = place.bucket;
  const command = new sdk.CreateMultipartUploadCommand({
    ...{ Bucket, Key, ContentType: contentType ?? 'application/octet-stream' },
    ...(cacheControl === undefined ? {} : { CacheControl: cacheControl }),
    ...(contentDisposition === undefined ? {} : { ContentDisposition: contentDisposition }),
    ...(acl ? { ACL: /** @type {import('@aws-sdk/client-s3').ObjectCannedACL} */ (acl) } : {}),
    ...(metadata === undefined ? {} : { Metadata: { ...metadata } }),
  });
  const { UploadId } = await client.send(command, { abortSignal: signal }).catch((cause) => {
    throw asS3Failed(cause, signal);
  });
  if (!UploadId) throw new TransferFailed('the server gave the upload no id');
  return { Bucket, Key, UploadId };
}

/**
 * @typedef {Target & {
 *   upload: { Bucket: string, Key: string, UploadId: string },
 *   file: import('node:fs/promises').FileHandle,
 *   size: number,
 * }} Upload
 *
 * @param {Upload} upload
 * @param {Options} options
 * @returns {Promise<CompletedPart[]>} in their order
 */
async function sendParts(upload, options) {
  const { size, signal } = upload;
  const partBytes = Math.max(LEAST_PART_BYTES, Math.ceil(size / MOST_PARTS));
  // An empty file has one part too.
  const count = Math.max(1, Math.ceil(size / partBytes));
  /** @type {CompletedPart[]} */
  const parts = [];
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++) {
      const start = index * partBytes;
      const slice = { number: index + 1, start, length: Math.min(partBytes, size - start) };
      parts[index] = await sendPart(upload, slice, both, options);
    }
  };
  const workers = Array.from({ length: Math.min(PARTS_AT_ONCE, count) }, () =>
    work().catch((cause) => {
      failed.abort(cause);
      throw cause;
    }),
  );
  await Promise.allSettled(workers);
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
  return parts;
}

/**
 * @param {Upload} upload
 * @param {{ number: number, start: number, length: number }} slice
 * @param {AbortSignal} signal
 * @param {Options} options
 * @returns {Promise<CompletedPart>}
 */
async function sendPart({ sdk, client, upload, file }, slice, signal, { onSent }) {
  const { number, start, length } = slice;
  const sums = { sha256: createHash('sha256'), md5: createHash('md5') };
  for await (const chunk of readSlice(file, start, length)) {
    signal.throwIfAborted();
    sums.sha256.update(chunk);
    sums.md5.update(chunk);
  }
  const md5 = sums.md5.digest();
  const sha256 = sums.sha256.digest('hex');
  const { body, check } = streamSlice(file, start, length, (chunk) => onSent(chunk.length));
  const command = new sdk.UploadPartCommand({
    ...{ ...upload, PartNumber: number, Body: body, ContentLength: length },
    // Buckets of this kind do not take it.
    ...(upload.Bucket.endsWith('--x-s3') ? {} : { ContentMD5: md5.toString('base64') }),
  });
  // The signature counts for the bytes too: the SDK does not read a stream before it signs.
  command.middlewareStack.add(
    (send) => (args) => {
      const { headers } = /** @type {import('@smithy/core/protocols').HttpRequest} */ (
        args.request
      );
      headers['x-amz-content-sha256'] = sha256;
      return send(args);
    },
    { step: 'build', name: 'tellPayloadHash' },
  );
  try {
    const stored = await client.send(command, { abortSignal: signal });
    compare(stored, md5.toString('hex'), number);
    return { PartNumber: number, ...(stored.ETag === undefined ? {} : { ETag: stored.ETag }) };
  } catch (cause) {
    signal.throwIfAborted();
    check();
    throw asS3Failed(cause, signal);
  } finally {
    body.destroy();
  }
}

/** @param {Stored} stored @param {string} md5 @param {number} number */
function compare({ ETag, ServerSideEncryption = 'AES256', SSECustomerAlgorithm }, md5, number) {
  // With a key of its own, a part has another ETag than its MD5.
  const isPlain = ServerSideEncryption === 'AES256' && !SSECustomerAlgorithm;
  const [, found] = /^"?([0-9a-f]{32})"?$/.exec(ETag ?? '') ?? [];
  if (isPlain && found !== undefined && found !== md5)
    throw new TransferFailed(`part ${number} has another checksum on the server`, {
      isPassing: true,
    });
}

/**
 * A second call after a lost answer finds that the upload is gone. The ETag of the file then says
 * whether it is this one.
 *
 * @param {Target} target
 * @param {import('./store.ts').Uploaded} uploaded
 */
export async function finishFile({ sdk, client, signal }, { temporary, proof }) {
  const options = { abortSignal: signal };
  /** @type {Upload['upload']} */
  const upload = JSON.parse(temporary);
  /** @type {{ parts: CompletedPart[], size: number }} */
  const { parts, size } = JSON.parse(proof);
  try {
    const command = { ...upload, MultipartUpload: { Parts: parts }, MpuObjectSize: size };
    await client.send(new sdk.CompleteMultipartUploadCommand(command), options);
  } catch (cause) {
    const { message, isPassing, waitMs } = asS3Failed(cause, signal);
    let isMaybe = mayHaveArrived(cause, isPassing);
    if (readCode(cause) === 'NoSuchUpload') {
      const { Bucket, Key } = upload;
      const head = new sdk.HeadObjectCommand({ Bucket, Key });
      const found = await client.send(head, options).catch(readCode);
      if (typeof found === 'object' && found.ETag === computeEtag(parts)) return;
      isMaybe = found !== 'NotFound';
    }
    signal.throwIfAborted();
    throw new TransferFailed(message, { isPassing, waitMs, isMaybe });
  }
}

/** @param {unknown} cause @param {boolean} isPassing */
function mayHaveArrived(cause, isPassing) {
  const { $metadata, code } =
    /** @type {{ $metadata?: { httpStatusCode?: number }, code?: string }} */ (cause);
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status < 300 || status >= 500;
  return isPassing && !['ECONNREFUSED', 'EAI_AGAIN'].includes(code ?? '');
}

/** The ETag that S3 gives a file of parts. @param {CompletedPart[]} parts */
function computeEtag(parts) {
  const all = parts.map(({ ETag }) => /^"?([0-9a-f]{32})"?$/.exec(ETag ?? '')?.[1]);
  if (all.includes(undefined)) return 'unknown';
  const md5 = createHash('md5')
    .update(Buffer.from(all.join(''), 'hex'))
    .digest('hex');
  return `"${md5}-${parts.length}"`;
}
