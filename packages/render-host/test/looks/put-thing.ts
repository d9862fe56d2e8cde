import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** What may lie in the place of a regular file, and what it is called. */
export const THINGS = {
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
export const NAMED_THINGS = Object.entries(THINGS) as readonly (readonly [Thing, string])[];

/** Puts a thing there that hangs or misleads who opens it. A device needs the right to make it. */
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
      execFileSync('mknod', [path, 'c', '1', '5']); // that of /dev/zero
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
