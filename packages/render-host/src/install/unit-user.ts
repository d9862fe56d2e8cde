import { tryProgram } from '../process/run-program.ts';
import type { InstallStep } from './install-step.ts';

/** The ids of a user of this machine; null: there is no such user. Not for Windows. */
export async function findUserIds(user: string): Promise<{ uid: number; gid: number } | null> {
  const [uid, gid] = [await readId('-u', user), await readId('-g', user)];
  return uid === null || gid === null ? null : { uid, gid };
}

async function readId(option: '-u' | '-g', user: string): Promise<number | null> {
  const { ok, output } = await tryProgram('id', [option, user]);
  return ok && /^\d+$/.test(output) ? Number(output) : null;
}

/** The step that makes the user of a unit on Linux. */
export function makeUser(user: string, why: string): InstallStep {
  const options = ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin'];
  return { why, run: ['useradd', ...options, user] };
}
