// @ts-check
import { Readable } from 'node:stream';

const STEP_BYTES = 256 * 1024;

/**
 * Reads a part of a file in steps, so that memory holds one step of it.
 *
 * @param {import('node:fs/promises').FileHandle} file
 * @param {number} start
 * @param {number} length
 */
export async function* readSlice(file, start, length) {
  for (let at = start, end = start + length; at < end; ) {
    const step = Buffer.allocUnsafe(Math.min(STEP_BYTES, end - at));
    const { bytesRead } = await file.read(step, 0, step.length, at);
    if (bytesRead === 0) throw new Error('The file became shorter during its upload');
    yield step.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/**
 * Makes the body of a request from a part of a file. `failure` gives the error of the file: the
 * request fails too, but not because of the server.
 *
 * @param {import('node:fs/promises').FileHandle} file
 * @param {number} start
 * @param {number} length
 * @param {(chunk: Buffer) => void} onTaken gets what the connection has taken
 */
export function streamSlice(file, start, length, onTaken) {
  /** @type {{ error: unknown } | null} */
  let failed = null;
  async function* read() {
    try {
      for await (const chunk of readSlice(file, start, length)) {
        yield chunk;
        onTaken(chunk);
      }
    } catch (error) {
      failed = { error };
      throw error;
    }
  }
  const body = Readable.from(read(), { objectMode: false, highWaterMark: STEP_BYTES });
  return {
    body,
    /** Throws the error of the file, if there is one. */
    check() {
      if (failed !== null) throw failed.error;
    },
  };
}
