/*
 * The password of the first admin is in a file until it was shown. A start may be killed after the
 * API made the admin and before it showed the password: then the next start shows it.
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

/** The password for the first admin, should the API make one: on disk before the admin exists. */
export async function keepFirstAdmin(dataDir: string, name: string): Promise<string> {
  const earlier = await readFirstAdmin(dataDir);
  if (earlier?.name === name) return earlier.password;
  const password = randomBytes(12).toString('base64url');
  await writeDurably(dataDir, FILE, JSON.stringify({ name, password } satisfies FirstAdmin));
  return password;
}

/** Whether the API knows the admin that an earlier start kept and did not show. */
export async function signsIn({ name, password }: FirstAdmin, url: string): Promise<boolean> {
  const client = createClient({ url });
  try {
    await client.signIn(name, password);
    await client.signOut();
    return true;
  } catch {
    // The farm had users, or somebody changed the password.
    return false;
  } finally {
    await client.close();
  }
}

/** Removes the password from the disk: it was shown, or no admin was made with it. */
export async function forgetFirstAdmin(dataDir: string): Promise<void> {
  await writeDurably(dataDir, FILE, '');
}

/** What an earlier start kept; null where it was shown. */
export async function readFirstAdmin(dataDir: string): Promise<FirstAdmin | null> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch(() => '');
  if (text.trim() === '') return null;
  return firstAdmin.parse(JSON.parse(text));
}
