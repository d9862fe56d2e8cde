/*
 * The journal of a host: one entry for each attempt, in `journal` in the host's own folder. It
 * keeps the last report of the host about each attempt. The report survives the end of the daemon,
 * an outage of the database, and a restore of the database to an earlier state.
 *
 * 1. The first write of an entry makes a file that has space for the later ones (`.room`): the last
 *    report of an attempt must be kept when the disk is full (preallocated-file.ts).
 * 2. The last write of an entry gives that space back: it makes a small JSON file. If the disk has
 *    no space for it, the entry stays where it is.
 * 3. While both files exist, the first one counts: a daemon died between the two steps of 2.
 */
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isDiskFull, missingIsNull, noFileIsNull } from '../paths/error-code.mjs';
import { readRegular } from '../paths/open-regular.mjs';
import { untilReleased } from '../paths/until-released.mjs';
import { openHostFolder } from './host-folder.ts';
import { makePreallocated, readPreallocated, writePreallocated } from './preallocated-file.ts';
import { writeDurably } from './write-durably.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FILE = /^(.*)\.(?:json|room)$/;
const UNFINISHED = /^(.*)\.(?:json|room)\.new$/;

export type HostJournal = {
  /**
   * Stores the value of an attempt. When this resolves, the value is on the disk. `isLast`: no
   * other value is expected, so the entry needs no space for it.
   */
  write(attemptId: string, value: unknown, isLast: boolean): Promise<void>;
  /** The ids of the attempts that have an entry. */
  list(): Promise<readonly string[]>;
  /** The stored JSON value; undefined when the entry is missing, damaged or no regular file. */
  read(attemptId: string): Promise<unknown>;
  remove(attemptId: string): Promise<void>;
};

/**
 * Opens the journal in this scratch root, and creates it if it is missing. Only the daemon that has
 * the lock of the root may open it: files that an earlier daemon did not finish are removed.
 */
export async function openHostJournal(root: string): Promise<HostJournal> {
  const folder = join(await openHostFolder(root), 'journal');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const remove = (name: string) =>
    untilReleased(() => unlink(join(folder, name))).catch(missingIsNull);
  for (const name of await readdir(folder))
    if (ID.test(UNFINISHED.exec(name)?.[1] ?? '')) await remove(name);

  const writeWithRoom = async (attemptId: string, text: string) => {
    const name = `${checkId(attemptId)}.room`;
    if (!(await writePreallocated(folder, name, text))) await makePreallocated(folder, name, text);
  };
  const writeLast = async (attemptId: string, text: string) => {
    await writeDurably(folder, `${checkId(attemptId)}.json`, text);
    await remove(`${attemptId}.room`);
  };
  return {
    async write(attemptId, value, isLast) {
      const text = JSON.stringify(value);
      const isWritten = isLast && (await writeLast(attemptId, text).then(isTrue, falseIfFull));
      if (!isWritten) await writeWithRoom(attemptId, text);
    },
    async list() {
      const ids = (await readdir(folder)).map((name) => FILE.exec(name)?.[1] ?? '');
      return [...new Set(ids)].filter((attemptId) => ID.test(attemptId));
    },
    read: (attemptId) => readEntry(folder, attemptId),
    async remove(attemptId) {
      for (const end of ['json', 'room']) await remove(`${checkId(attemptId)}.${end}`);
    },
  };
}

/** Reads an entry in the folder of a journal, without opening the journal. */
export async function readEntry(folder: string, attemptId: string): Promise<unknown> {
  checkId(attemptId);
  const text = await readPreallocated(folder, `${attemptId}.room`);
  if (text !== null) return parse(text);
  const bytes = await readRegular(join(folder, `${attemptId}.json`)).catch(noFileIsNull);
  return bytes === null ? undefined : parse(bytes.toString());
}

const isTrue = () => true;

/** For `then`: false when the disk has no space; throws any other error again. */
function falseIfFull(cause: unknown): boolean {
  if (isDiskFull(cause)) return false;
  throw cause;
}

function checkId(attemptId: string): string {
  if (!ID.test(attemptId)) throw new Error(`${attemptId} is not the id of an attempt`);
  return attemptId;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
