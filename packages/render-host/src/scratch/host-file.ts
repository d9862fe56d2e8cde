import { dirname, join } from 'node:path';
import { noFileIsNull } from '../paths/error-code.mjs';
import { readRegular } from '../paths/open-regular.mjs';
import { openHostFolder } from './host-folder.ts';
import { findOtherOwner } from './other-owner.ts';
import { writeDurably } from './write-durably.ts';

/** One JSON value of this host, in a file of its own in the host's folder. */
export type HostFile = {
  /** The stored value; undefined where there is none, no regular file or a damaged one. */
  read(): Promise<unknown>;
  /** It is on disk when this resolves. */
  write(value: unknown): Promise<void>;
};

export async function openHostFile(root: string, name: string): Promise<HostFile> {
  const folder = await openHostFolder(root);
  const owner = await findOtherOwner(dirname(folder));
  return {
    async read() {
      const bytes = await readRegular(join(folder, name)).catch(noFileIsNull);
      try {
        return bytes === null ? undefined : JSON.parse(bytes.toString());
      } catch {
        return undefined;
      }
    },
    async write(value) {
      await writeDurably(folder, name, JSON.stringify(value), owner);
    },
  };
}
