import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes the library links that the package's install script would make. pnpm does not run it. */
export async function makeLinks(installed: string): Promise<void> {
  const list: unknown = JSON.parse(
    await readFile(join(installed, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  if (!Array.isArray(list)) return;
  for (const link of list) {
    const source = String(link.source);
    // Errors do not matter here. `isUsable` finds out later whether the programs run.
    await symlink(
      source.slice(source.lastIndexOf('/') + 1),
      join(installed, String(link.target)),
    ).catch(() => {});
  }
}
