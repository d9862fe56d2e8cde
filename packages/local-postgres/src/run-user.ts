import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { execa } from 'execa';

/** The user of the server's processes. Null is the user of this process. */
export type RunUser = { uid: number; gid: number } | null;

/**
 * Finds the user for the server. PostgreSQL refuses root, so a caller that is root gets another
 * user: the owner of the data folder if there is one, else an unprivileged user.
 */
export async function findRunUser(cluster: string): Promise<RunUser> {
  if (userInfo().uid !== 0) return null;
  const owner = await stat(cluster).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
    if (uid && gid) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and this machine has no user postgres or nobody. ' +
      'Make one, or set DATABASE_URL.',
  );
}

/** The options that make execa run a process as this user. */
export function asUser(user: RunUser): { uid: number; gid: number } | Record<string, never> {
  return user ? { uid: user.uid, gid: user.gid } : {};
}

/** Whether this user can enter the folder and its parents. The system is asked, so ACLs count. */
export async function canEnter(user: RunUser, folder: string): Promise<boolean> {
  if (!user) return true;
  const { exitCode } = await execa('test', ['-x', folder], {
    ...asUser(user),
    cwd: '/',
    reject: false,
  });
  return exitCode === 0;
}

async function idOf(flag: '-u' | '-g', name: string): Promise<number | null> {
  const { stdout, exitCode } = await execa('id', [flag, name], { reject: false });
  return exitCode === 0 ? Number(stdout) : null;
}
