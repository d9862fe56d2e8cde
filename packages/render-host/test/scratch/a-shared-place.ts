import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { findOtherUser } from '../../testing/other-user.ts';
import { aRoot } from './a-root.ts';

const { user: found, leftOut } = await findOtherUser();
/** The user whose folders root works in. Leave out the tests when `isThere` is false. */
export const otherUser = found ?? { name: '', uid: 0, gid: 0, home: '' };
export const isThere = found !== null;
export const whyLeftOut = leftOut;

/** Makes a folder of that user, and a file of root that must not change. */
export async function aSharedPlace() {
  const place = await aRoot();
  await chmod(place.base, 0o711);
  const theirs = await makeTheirs(join(place.base, 'theirs'));
  const secret = join(place.base, 'secret');
  await writeFile(secret, 'of root', { mode: 0o600 });
  const remove = async () => {
    const kept = await readFile(secret, 'utf8');
    await place.remove();
    expect(kept).toBe('of root');
  };
  return { ...place, theirs, secret, remove };
}

export async function makeTheirs(path: string): Promise<string> {
  await mkdir(path, { mode: 0o755 });
  await chown(path, otherUser.uid, otherUser.gid);
  return path;
}

export async function writeTheirs(path: string | Buffer, text: string): Promise<void> {
  await writeFile(path, text);
  await chown(path, otherUser.uid, otherUser.gid);
}
