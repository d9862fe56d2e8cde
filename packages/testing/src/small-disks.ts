/*
 * A real PostgreSQL whose data and whose WAL lie on two small disks, which a test fills:
 *
 * 1. A program starts in a mount namespace of its own, in which two tmpfs are mounted. Nothing
 *    outside sees them, and they are gone with the last process in the namespace.
 * 2. The program (small-disks-main.ts) starts the server there, with its WAL on the second disk.
 * 3. `fill` writes a file until the disk is full. `free` removes the file.
 * 4. The end of the program's stdin stops the server, also if this process is killed.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.ts';

const MEGABYTES = { data: 128, wal: 96 } as const;
type Disk = keyof typeof MEGABYTES;

/** Empty if this user may mount in a namespace of its own; else the reason, for a test's name. */
export function whyNoSmallDisks(): string {
  const mount = ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
  try {
    execFileSync('unshare', mount, { stdio: 'pipe' });
    return '';
  } catch (error) {
    const [line] = String(error).trim().split('\n').slice(-1);
    return ` (left out: no mounts here: ${line})`;
  }
}

/** Starts the server with its disks. */
export async function startOnSmallDisks() {
  const folder = await temporaryFolder('small-disks');
  const disks = { data: join(folder.path, 'data'), wal: join(folder.path, 'wal') };
  for (const disk of Object.values(disks)) await mkdir(disk, { mode: 0o711 });
  const mount = (disk: Disk) =>
    `mount -t tmpfs -o size=${MEGABYTES[disk]}m,mode=0711 tmpfs ${disks[disk]}`;
  const program = fileURLToPath(new URL('./small-disks-main.ts', import.meta.url));
  const child = spawn(
    'unshare',
    [
      ...['--mount', 'sh', '-c', `${mount('data')} && ${mount('wal')} && exec "$@"`, 'sh'],
      ...[process.execPath, '--import', import.meta.resolve('tsx'), program],
      ...[join(disks.data, 'server'), disks.wal],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('PostgreSQL did not start on its small disks.');
    return String(value);
  };
  const url = await nextLine();
  const inside = (...command: string[]) =>
    promisify(execFile)('nsenter', [`--mount=/proc/${child.pid}/ns/mnt`, '--', ...command]);
  return {
    url,
    /** Takes all space of the disk that is left. */
    async fill(disk: Disk): Promise<void> {
      const filling = inside('dd', 'if=/dev/zero', `of=${disks[disk]}/filler`, 'bs=4k');
      await filling.catch(() => undefined);
    },
    free: async (disk: Disk) => void (await inside('rm', `${disks[disk]}/filler`)),
    /** Starts the server again after it ended. */
    async startAgain(): Promise<void> {
      child.stdin.write('start\n');
      await nextLine();
    },
    /** Stops the server and removes its disks. */
    async close(): Promise<void> {
      child.stdin.end();
      await ended;
      await folder.remove();
    },
  };
}
