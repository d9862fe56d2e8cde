/*
 * The durable id of a host: the file host.json in the host's own folder.
 *
 * 1. It is read and made only under the lock of the scratch root, so two daemons never make two.
 * 2. It is written aside, synced and renamed: after a power cut it is whole or not there.
 * 3. A file that cannot be read is a sentence for the operator. A new id in its place would make
 *    this host another one, which can prove nothing of what it ran before.
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../nexrender/is-record.ts';
import { codeOf, missingIsNull } from './error-code.ts';
import { openHostFolder } from './host-folder.ts';
import type { HeldLock } from './lock-host.ts';

const NAME = 'host.json';
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of the host that owns this scratch root. The first call makes it. */
export async function readHostId({ root }: HeldLock): Promise<string> {
  const folder = await openHostFolder(root);
  const path = join(folder, NAME);
  const text = await readFile(path, 'utf8')
    .catch(missingIsNull)
    .catch((cause) => {
      throw refuse(path, `cannot be read (${codeOf(cause)})`);
    });
  if (text !== null) return parse(text, path);
  const hostId = randomUUID();
  await write(folder, JSON.stringify({ hostId, madeAt: new Date().toISOString() })).catch(
    (cause) => {
      throw refuse(path, `cannot be written (${codeOf(cause)})`);
    },
  );
  return hostId;
}

function parse(text: string, path: string): string {
  try {
    const stored: unknown = JSON.parse(text);
    if (isRecord(stored) && typeof stored.hostId === 'string' && ID.test(stored.hostId))
      return stored.hostId;
  } catch {
    // It is refused below.
  }
  throw refuse(path, 'holds no host id');
}

async function write(folder: string, text: string): Promise<void> {
  const aside = join(folder, `${NAME}.new`);
  await syncAfter(aside, 'w', (file) => file.writeFile(`${text}\n`));
  await rename(aside, join(folder, NAME));
  await syncAfter(folder, 'r', async () => undefined);
}

async function syncAfter(
  path: string,
  flags: 'r' | 'w',
  work: (file: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

function refuse(path: string, reason: string): Error {
  return new Error(
    `The id of this host, ${path}, ${reason}. Mend the file or restore it from a backup. Without ` +
      'it, delete it: the host gets a new id, and what it ran before is proven by nobody.',
  );
}
