import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { execa } from 'execa';

/** Who the server's processes run as; null means: as whoever runs this process. */
export type RunUser = { uid: number; gid: number } | null;

/** An unprivileged user when this process is root, since PostgreSQL refuses root: the owner of an existing data folder first. */
export async function findRunUser(cluster: string): Promise<RunUser> {
  if (userInfo().uid !== 0) return null;
  const owner = await stat(cluster).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
    if (uid && gid) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and this machine has no user postgres or nobody. Make one, or set DATABASE_URL.',
  );
}

/** What to spread into execa's options so that the process runs as that user. */
export function asUser(user: RunUser): { uid: number; gid: number } | Record<string, never> {
  return user ? { uid: user.uid, gid: user.gid } : {};
}

/** Whether that user can get into the folder, parents included; asked of the system, so that ACLs count. */
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
