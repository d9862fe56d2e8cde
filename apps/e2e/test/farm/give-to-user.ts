import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';

type Folders = { readonly assets: string; readonly output: string };

/** Gives this user the files that a render writes: outputs, and the files beside aerender. */
export function giveToUser(
  { assets, output }: Folders,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): void {
  const aerender = join(dirname(assets), 'ae');
  execFileSync('chown', ['--recursive', `${uid}:${gid}`, assets, output, aerender]);
}
