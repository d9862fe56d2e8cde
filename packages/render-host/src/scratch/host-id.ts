/*
 * The durable id of a host: the file host.json in the host's own folder.
 *
 * 1. It is read and made only under the lock of the scratch root, so no two daemons make two ids.
 * 2. It is written to another file, synced and renamed: a power cut leaves it complete or absent.
 * 3. When the file cannot be read, the operator gets a sentence. A new id would make this host
 *    another host, and that host could not prove anything about earlier attempts.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { codeOf, missingIsNull } from '../paths/error-code.mjs';
import { NotRegular, readRegular } from '../paths/open-regular.mjs';
import { isRecord } from '../system/is-record.ts';
import { openHostFolder } from './host-folder.ts';
import type { HeldLock } from './lock-host.ts';
import { findOtherOwner } from './other-owner.ts';
import { writeDurably } from './write-durably.ts';

const NAME = 'host.json';
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of the host that owns this scratch root. The first call makes it. */
export async function readHostId({ root }: HeldLock): Promise<string> {
  const folder = await openHostFolder(root);
  const path = join(folder, NAME);
  const stored = await readStored(path);
  if (stored !== null) return parse(stored, path);
  const hostId = randomUUID();
  const text = JSON.stringify({ hostId, madeAt: new Date().toISOString() });
  const owner = await findOtherOwner(root);
  await writeDurably(folder, NAME, text, owner).catch((cause) => {
    throw refuse(path, `cannot be written (${codeOf(cause)})`);
  });
  return hostId;
}

/** The id of the host that owns this scratch root; null when no worker has made one yet. */
export async function findHostId(root: string): Promise<string | null> {
  const path = join(await openHostFolder(root), NAME);
  const stored = await readStored(path);
  return stored === null ? null : parse(stored, path);
}

async function readStored(path: string): Promise<string | null> {
  try {
    return (await readRegular(path).catch(missingIsNull))?.toString() ?? null;
  } catch (cause) {
    const why = cause instanceof NotRegular ? `it is ${cause.kind}` : codeOf(cause);
    throw refuse(path, `cannot be read (${why})`);
  }
}

function parse(text: string, path: string): string {
  try {
    const stored: unknown = JSON.parse(text);
    if (isRecord(stored) && typeof stored.hostId === 'string' && ID.test(stored.hostId))
      return stored.hostId;
  } catch {
    // The check below throws for this text.
  }
  throw refuse(path, 'holds no host id');
}

function refuse(path: string, reason: string): Error {
  return new Error(
    `The id of this host, ${path}, ${reason}. Mend the file or restore it from a backup. Without ` +
      'it, delete it: the host gets a new id, and what it ran before is proven by nobody.',
  );
}
