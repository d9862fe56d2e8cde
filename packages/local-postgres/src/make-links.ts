import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes the library links of the package's install script: this workspace runs no such scripts. */
export async function makeLinks(installed: string): Promise<void> {
  const list: unknown = JSON.parse(
    await readFile(join(installed, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  if (!Array.isArray(list)) return;
  for (const link of list) {
    const source = String(link.source);
    // The link is there, or the folder is read-only: a run of the programs decides.
    await symlink(
      source.slice(source.lastIndexOf('/') + 1),
      join(installed, String(link.target)),
    ).catch(() => {});
  }
}
