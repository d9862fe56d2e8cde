import { asOwnUser, SilentLook } from '../process/looks.ts';

/**
 * The first of these folders that does not answer in time, for example on a share whose server is
 * gone; null when all answer. A missing folder answers, too.
 */
export async function findSilentFolder(
  paths: readonly string[],
  withinMs: number,
): Promise<string | null> {
  for (const path of paths) if (!(await doesAnswer(path, withinMs))) return path;
  return null;
}

/** Whether the path answers in time. "It does not exist" is an answer, too. */
export async function doesAnswer(path: string, withinMs: number): Promise<boolean> {
  try {
    await asOwnUser.ask('answers', [path], withinMs);
    return true;
  } catch (cause) {
    if (cause instanceof SilentLook) return false;
    throw cause;
  }
}
