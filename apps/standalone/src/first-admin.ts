/*
 * The password of the first admin is in a file until a start has shown it. A start may be killed
 * after the API created the admin and before the password was shown. Then the next start shows it.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@renderdeck/client';
import { writeDurably } from '@renderdeck/render-host/this-machine';
import { z } from 'zod';

export type FirstAdmin = { readonly name: string; readonly password: string };

const FILE = 'first-admin.json';
const firstAdmin = z.object({ name: z.string(), password: z.string() });

/** Keeps a password for the first admin on disk, before the API may create that admin. */
export async function keepFirstAdmin(dataDir: string, name: string): Promise<string> {
  const earlier = await readFirstAdmin(dataDir);
  if (earlier?.name === name) return earlier.password;
  const password = randomBytes(12).toString('base64url');
  await writeDurably(dataDir, FILE, JSON.stringify({ name, password } satisfies FirstAdmin));
  return password;
}

/** True if the API accepts the admin whose password an earlier start kept and did not show. */
export async function canSignIn({ name, password }: FirstAdmin, url: string): Promise<boolean> {
  const client = createClient({ url });
  try {
    await client.signIn(name, password);
    await client.signOut();
    return true;
  } catch {
    // The farm had users already, or somebody has changed the password.
    return false;
  } finally {
    await client.close();
  }
}

/** Removes the password from the disk, because it was shown or no admin was created with it. */
export async function forgetFirstAdmin(dataDir: string): Promise<void> {
  await writeDurably(dataDir, FILE, '');
}

/** Returns what an earlier start kept. Null if its password was shown. */
export async function readFirstAdmin(dataDir: string): Promise<FirstAdmin | null> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch(() => '');
  if (text.trim() === '') return null;
  return firstAdmin.parse(JSON.parse(text));
}
