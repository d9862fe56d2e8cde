/*
 * The journal of a host: one JSON file for each attempt, in `journal` in the host's own folder. It
 * keeps the last report of the host about each attempt. The report survives the end of the daemon,
 * an outage of the database, and a restore of the database to an earlier state.
 */
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { missingIsNull, noFileIsNull } from '../paths/error-code.mjs';
import { readRegular } from '../paths/open-regular.mjs';
import { untilReleased } from '../paths/until-released.mjs';
import { openHostFolder } from './host-folder.ts';
import { writeDurably } from './write-durably.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FILE = /^(.*)\.json$/;

export type HostJournal = {
  /** Stores the value of an attempt. When this resolves, the value is on the disk. */
  write(attemptId: string, value: unknown): Promise<void>;
  /** The ids of the attempts that have a file. */
  list(): Promise<readonly string[]>;
  /** The stored JSON value; undefined when the file is missing, damaged or no regular file. */
  read(attemptId: string): Promise<unknown>;
  remove(attemptId: string): Promise<void>;
};

/** Opens the journal in this scratch root, and creates it if it is missing. */
export async function openHostJournal(root: string): Promise<HostJournal> {
  const folder = join(await openHostFolder(root), 'journal');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    async write(attemptId, value) {
      await writeDurably(folder, nameOf(attemptId), JSON.stringify(value));
    },
    async list() {
      return (await readdir(folder)).flatMap((name) => {
        const [, attemptId = ''] = FILE.exec(name) ?? [];
        return ID.test(attemptId) ? [attemptId] : [];
      });
    },
    async read(attemptId) {
      const bytes = await readRegular(join(folder, nameOf(attemptId))).catch(noFileIsNull);
      return bytes === null ? undefined : parse(bytes.toString());
    },
    async remove(attemptId) {
      const path = join(folder, nameOf(attemptId));
      await untilReleased(() => unlink(path)).catch(missingIsNull);
    },
  };
}

function nameOf(attemptId: string): string {
  if (!ID.test(attemptId)) throw new Error(`${attemptId} is not the id of an attempt`);
  return `${attemptId}.json`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
