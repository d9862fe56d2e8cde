import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type FrozenFolder = { path: string; thaw(): void; close(): void };

/**
 * Makes a folder on a frozen file system: a process that writes into it sleeps and cannot be
 * killed. Returns a reason instead when this user may not mount.
 */
export function openFrozenFolder(): FrozenFolder | { reason: string } {
  const folder = mkdtempSync(join(tmpdir(), 'frozen-'));
  const path = join(folder, 'mount');
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: 'pipe', timeout: 60_000 });
  const undo: (() => void)[] = [() => rmSync(folder, { recursive: true })];
  const close = () => {
    for (const step of undo.splice(0).reverse()) step();
  };
  try {
    mkdirSync(path);
    run('dd', 'if=/dev/zero', `of=${join(folder, 'image')}`, 'bs=1M', 'count=8');
    run('mke2fs', '-q', '-t', 'ext4', join(folder, 'image'));
    run('mount', '-o', 'loop', join(folder, 'image'), path);
    // A lazy unmount: a process that slept here until now may need a moment to end.
    undo.push(() => run('umount', '-l', path));
    run('fsfreeze', '-f', path);
  } catch (error) {
    close();
    return {
      reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    };
  }
  let frozen = true;
  const thaw = () => {
    if (frozen) run('fsfreeze', '-u', path);
    frozen = false;
  };
  undo.push(thaw);
  return { path, thaw, close };
}
