// @ts-check
/** Reads and writes of SFTP. Several are on the way at once, so that a far server is not slow. */

const AT_ONCE = 32;
const CHUNK_BYTES = 32_768;

/**
 * The bytes of a file from `from` to its end, in their order.
 *
 * @param {(position: number, length: number) => Promise<Buffer>} readAt gives nothing at the end
 * @param {number} from
 */
export async function* readAhead(readAt, from) {
  /** @type {{ position: number, answer: Promise<Buffer> }[]} */
  let asked = [];
  let next = from;
  for (;;) {
    for (; asked.length < AT_ONCE; next += CHUNK_BYTES)
      asked.push({ position: next, answer: handled(readAt(next, CHUNK_BYTES)) });
    const [first, ...others] = asked;
    if (first === undefined) return;
    const chunk = await first.answer;
    if (chunk.length === 0) return;
    yield chunk;
    asked = others;
    // The server may send less than it was asked for: the rest has to be asked for again.
    if (chunk.length < CHUNK_BYTES) {
      asked = [];
      next = first.position + chunk.length;
    }
  }
}

/**
 * @param {(bytes: Uint8Array, position: number) => Promise<unknown>} writeAt
 * @param {AsyncIterable<Uint8Array>} bytes
 */
export async function writeAhead(writeAt, bytes) {
  /** @type {Promise<unknown>[]} */
  const asked = [];
  let position = 0;
  for await (const chunk of bytes) {
    asked.push(handled(writeAt(chunk, position)));
    position += chunk.length;
    if (asked.length >= AT_ONCE) await asked.shift();
  }
  await Promise.all(asked);
}

/** Nobody may wait for this promise any more when it rejects. */
/** @template T @param {Promise<T>} promise */
function handled(promise) {
  promise.catch(() => undefined);
  return promise;
}
