import { type FileHandle, link, lstat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../paths/error-code.mjs';
import { openRegular } from '../paths/open-regular.mjs';
import type { RenderUser } from '../process/render-user.ts';
import { withOpenFolder } from './other-owner.ts';
import type { ScratchFolder } from './scratch-folder.ts';

/** The folder in which a render has its sources. Its user may exchange all names in it. */
export type JobFolder = { readonly scratch: ScratchFolder; readonly user: RenderUser | null };

/** A file name and nothing else. */
export function isFileName(name: string): boolean {
  return name.length <= 255 && !/^\.*$|[/\\\0]/.test(name);
}

/** Opens a file of the folder that has this one name only, and belongs to the render. */
export async function withFileOf<Result>(
  folder: JobFolder,
  name: string,
  work: (file: FileHandle, path: string) => Promise<Result>,
): Promise<Result> {
  return await inJobFolder(folder, async (base) => {
    const file = await openRegular(join(base, name));
    try {
      const { uid, nlink, dev } = await file.stat({ bigint: true });
      if (process.platform !== 'win32' && !ownersOf(folder).includes(Number(uid)))
        throw new Error('it belongs to another user');
      if (nlink !== 1n || dev !== folder.scratch.root.device)
        throw new Error('it has another name, or is on another disk');
      return await work(file, join(base, name));
    } finally {
      await file.close();
    }
  });
}

/** Gives the file at `path` a second name in the folder, in place of what has this name there. */
export async function linkInto(folder: JobFolder, path: string, name: string): Promise<void> {
  await inJobFolder(folder, async (base) => {
    const place = join(base, name);
    await link(path, place).catch(async (cause) => {
      if (codeOf(cause) !== 'EEXIST' || (await lstat(place)).isDirectory()) throw cause;
      await unlink(place);
      await link(path, place);
    });
  });
}

/**
 * On Linux, where renders may run as another user, the path that `work` gets leads to this very
 * folder, even if another folder or a link has its name by now.
 */
async function inJobFolder<Result>(
  folder: JobFolder,
  work: (base: string) => Promise<Result>,
): Promise<Result> {
  const { workPath, attemptId } = folder.scratch;
  if (process.platform !== 'linux') return await work(join(workPath, attemptId));
  const owners = ownersOf(folder);
  return await withOpenFolder(workPath, owners, (base) =>
    withOpenFolder(join(base, attemptId), owners, work),
  );
}

function ownersOf({ user }: JobFolder): readonly number[] {
  return [user?.uid ?? process.geteuid?.() ?? 0];
}
