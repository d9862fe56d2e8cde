import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The entries that may be in the place of a regular file, and the name of each kind. */
const THINGS = {
  FIFO: 'a FIFO',
  socket: 'a socket',
  device: 'a device',
  folder: 'a folder',
  'link to a device': 'a link',
  'link to a FIFO': 'a link',
  'dangling link': 'a link',
  'looping link': 'a link',
} as const;
export type Thing = keyof typeof THINGS;
/** For a test's title: why devices are left out. Empty when this user can make a device. */
export const noDevice = whyNoDevice();
/** The kinds that this user can make, with their names. */
export const NAMED_THINGS = (
  Object.entries(THINGS) as readonly (readonly [Thing, string])[]
).filter(([thing]) => thing !== 'device' || noDevice === '');

function whyNoDevice(): string {
  const folder = mkdtempSync(join(tmpdir(), 'device-'));
  try {
    makeDevice(join(folder, 'zero'));
    return '';
  } catch {
    return ' (left out: this user may make no device)';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Makes a device like /dev/zero. */
function makeDevice(path: string): void {
  execFileSync('mknod', [path, 'c', '1', '5'], { stdio: 'ignore' });
}

/** Makes an entry that blocks or misleads a program that opens it. */
export async function putThing(thing: Thing, path: string): Promise<void> {
  switch (thing) {
    case 'FIFO':
      execFileSync('mkfifo', [path]);
      return;
    case 'socket': {
      const server = createServer();
      onTestFinished(() => void server.close());
      await new Promise<void>((resolve) => {
        server.listen(path, resolve);
      });
      return;
    }
    case 'device':
      makeDevice(path);
      return;
    case 'folder':
      mkdirSync(path);
      return;
    case 'link to a device':
      symlinkSync('/dev/zero', path);
      return;
    case 'link to a FIFO':
      execFileSync('mkfifo', [`${path}-pipe`]);
      symlinkSync(`${path}-pipe`, path);
      return;
    case 'dangling link':
      symlinkSync(`${path}-gone`, path);
      return;
    case 'looping link':
      symlinkSync(path, path);
  }
}
