/*
 * Opens the file of an output, for reading only and only below the folders that the operator named.
 * Whoever submits jobs can run code on the hosts, and so write anything into these folders, at any
 * moment: links too. So:
 *
 * 1. The path comes from the record of the output, never from a request. It is translated to a
 *    folder of this server; a path with `..` is below none.
 * 2. The real path, with every link resolved, must be below the real folder, and a regular file.
 * 3. It is opened by its real path, and not if its last part has become a link.
 * 4. The open file is looked at again: where it is (Linux says it of the open file itself; other
 *    systems must still find the same file at the real path), what it is, and its size. It has no
 *    second name (a hard link), which could be of a file outside. Publishing gives it only one.
 *
 * Everything that is read later comes from this open file, so nothing can be exchanged after that.
 */
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, posix, relative, win32 } from 'node:path';
import { formatFileSize, refuse } from '@renderdeck/contract';
import type { OpenOutput } from '@renderdeck/contract/router';
import { mapPath, type PathMapping, readPath } from '@renderdeck/render-host/job-rules';
import { createDiskTurns } from './disk-turns.ts';

const OPENED_WITHIN_MS = 5000;
const READ_BYTES = 256 * 1024;
/** Windows has neither of these flags. */
const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;

export type OutputOpener = {
  open(file: { readonly path: string; readonly bytes: number }): Promise<OpenOutput>;
};

/** `folders`: as jobs name them (`from`), and as this server reads them (`to`). */
export function createOutputOpener(folders: readonly PathMapping[]): OutputOpener {
  const inTurn = createDiskTurns();
  return {
    async open({ path, bytes }) {
      const { folder, place } = findPlace(path, folders);
      const late = AbortSignal.timeout(OPENED_WITHIN_MS);
      const opening = inTurn(async () => {
        const opened = await openBelow(folder, place, bytes);
        if (late.aborted) await opened.file.close(); // nobody waits for it
        return opened;
      }, late);
      const { file, found } = await opening.catch(explain);
      let closing: Promise<void> | null = null;
      return {
        bytes: Number(found.size),
        etag: `"${[found.ino, found.size, found.mtimeNs].join('-')}"`,
        modifiedAt: new Date(Number(found.mtimeMs)),
        async *read(first, last, cut) {
          for (let position = first; position <= last; ) {
            const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, last + 1 - position));
            const { bytesRead } = await inTurn(() => file.read({ buffer, position }), cut);
            if (bytesRead === 0) throw new Error('The file has become shorter.');
            yield buffer.subarray(0, bytesRead);
            position += bytesRead;
          }
        },
        close: () => {
          closing ??= file.close();
          return closing;
        },
      };
    },
  };
}

const notHere = (sentence: string) => refuse('output_not_here', `${sentence} Copy its path.`);

/** The path on this server, and the folder that contains it. */
function findPlace(path: string, folders: readonly PathMapping[]) {
  if (folders.length === 0)
    throw notHere('This server reads no outputs: RENDERDECK_SERVE_OUTPUTS names no folder.');
  const own = process.platform === 'win32' ? win32 : posix;
  for (const folder of folders) {
    const found = mapPath((system) => readPath(path, system), [folder], own);
    if (found !== null) return { folder: folder.to, place: found.path };
  }
  throw notHere('This server may not read the folder of this output.');
}

class Outside extends Error {}

/** Opens a regular file below the folder. */
async function openBelow(folder: string, place: string, bytes: number) {
  const [root, real] = await Promise.all([realpath(folder), realpath(place)]);
  if (!isBelow(root, real) || !(await lstat(real)).isFile()) throw new Outside();
  const file = await open(real, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    const found = await file.stat({ bigint: true });
    if (!found.isFile() || !(await isStillBelow(root, real, file, found))) throw new Outside();
    if (found.nlink > 1n) throw twoNames();
    if (found.size !== BigInt(bytes)) throw changed(Number(found.size), bytes);
    return { file, found };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Whether the open file is below the folder, however the path looks by now. */
async function isStillBelow(root: string, real: string, file: FileHandle, found: BigIntStats) {
  if (process.platform === 'linux')
    return isBelow(root, await readlink(`/proc/self/fd/${file.fd}`));
  const [again, now] = await Promise.all([realpath(real), lstat(real, { bigint: true })]);
  return again === real && now.dev === found.dev && now.ino === found.ino;
}

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && !/^\.\.(?:[/\\]|$)/.test(way) && !isAbsolute(way);
}

const twoNames = () =>
  notHere('The file has a second name (a hard link), so it may belong to another folder.');

const changed = (found: number, bytes: number) =>
  notHere(
    `The file has ${formatFileSize(found)} now, and had ${formatFileSize(bytes)} when it was ` +
      'published: another file has its place.',
  );

/** Says why a file cannot be opened. No sentence has a path of this server. */
function explain(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (error instanceof Outside || code === 'ELOOP')
    throw notHere('It is no file below the folders that this server may read.');
  if (code === 'ENOENT' || code === 'ENOTDIR') throw notHere('The file is no longer there.');
  if (code === 'EACCES' || code === 'EPERM') throw notHere('This server may not read the file.');
  if (error instanceof Error && error.name === 'TimeoutError')
    throw notHere('The folder of this output does not answer.');
  throw error;
}
