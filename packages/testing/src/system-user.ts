import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The user that runs the installed servers. An empty object means the user of this process. */
export type SystemUser = { readonly uid?: number; readonly gid?: number };

/**
 * Finds a user for PostgreSQL and PgBouncer, which refuse to run as root. Null if this process is
 * root and there is no user for them.
 */
export async function findSystemUser(): Promise<SystemUser | null> {
  if (userInfo().uid !== 0) return {};
  try {
    const ids = await Promise.all(['-u', '-g'].map((id) => run('id', [id, 'postgres'])));
    const [uid, gid] = ids.map(({ stdout }) => Number(stdout));
    return uid === undefined || gid === undefined ? null : { uid, gid };
  } catch {
    return null;
  }
}

/** Finds a port on which nobody listens at this moment. */
export function findFreePort(): Promise<number> {
  return new Promise((found, fail) => {
    const probe = createServer().once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object'
          ? found(address.port)
          : fail(new Error('No free port on 127.0.0.1.')),
      );
    });
  });
}
