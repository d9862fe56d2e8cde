import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '@renderdeck/render-host/this-machine';

const SHORTEST = 32;

/** A random secret that is made once and that only this user can read. */
export async function keepSecret(dataDir: string, name: string): Promise<string> {
  const kept = (await readFile(join(dataDir, name), 'utf8').catch(() => '')).trim();
  if (kept.length >= SHORTEST) return kept;
  const made = randomBytes(36).toString('base64url');
  await writeDurably(dataDir, name, made);
  return made;
}
