import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export type CopiedProgram = { readonly path: string; readonly remove: () => Promise<void> };

/** Copies a program with this mode into a new folder that every user may enter. */
export async function copyProgram(program: string, mode: number): Promise<CopiedProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'renderdeck-program-'));
  const remove = () => rm(folder, { recursive: true });
  try {
    const path = join(folder, basename(program));
    await copyFile(program, path);
    await chmod(path, mode);
    await chmod(folder, 0o711);
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
