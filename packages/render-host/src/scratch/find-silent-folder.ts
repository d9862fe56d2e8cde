import { asOwnUser, SilentLook } from '../process/looks.ts';

/**
 * The first of these folders that does not answer in time, as one on a share whose server is gone;
 * null where all do. A missing folder answers.
 */
export async function findSilentFolder(
  paths: readonly string[],
  withinMs: number,
): Promise<string | null> {
  for (const path of paths) if (!(await doesAnswer(path, withinMs))) return path;
  return null;
}

/** Whether anything is said of this path in time, be it that nothing is there. */
export async function doesAnswer(path: string, withinMs: number): Promise<boolean> {
  try {
    await asOwnUser.ask('answers', [path], withinMs);
    return true;
  } catch (cause) {
    if (cause instanceof SilentLook) return false;
    throw cause;
  }
}
