import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { missingIsNull } from './error-code.mjs';
import { openHostFolder } from './host-folder.ts';
import { findOtherOwner } from './other-owner.ts';
import { writeDurably } from './write-durably.ts';

/** One JSON value of this host, in a file of its own in the host's folder. */
export type HostFile = {
  /** The stored value; undefined where there is none or the file is damaged. */
  read(): Promise<unknown>;
  /** It is on disk when this resolves. */
  write(value: unknown): Promise<void>;
};

export async function openHostFile(root: string, name: string): Promise<HostFile> {
  const folder = await openHostFolder(root);
  const owner = await findOtherOwner(dirname(folder));
  return {
    async read() {
      const text = await readFile(join(folder, name), 'utf8').catch(missingIsNull);
      try {
        return text === null ? undefined : JSON.parse(text);
      } catch {
        return undefined;
      }
    },
    async write(value) {
      await writeDurably(folder, name, JSON.stringify(value), owner);
    },
  };
}
