import { readFile } from 'node:fs/promises';

const FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id'];

/**
 * Distinguishes this machine from another one with the same name; null where the system has no id.
 * Clones of one image may share it.
 */
export async function readMachineId(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  for (const file of FILES) {
    const id = (await readFile(file, 'latin1').catch(() => '')).trim();
    if (/^[0-9a-f]{32}$/.test(id)) return id;
  }
  return null;
}
