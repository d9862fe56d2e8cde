import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The top folder of the repository. */
export const TOP = fileURLToPath(new URL('..', import.meta.url));

/**
 * Lists the text files that exist and are committed or about to be. Without git (an archive) it
 * lists none.
 */
export async function listTrackedFiles(): Promise<string[]> {
  const listed = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: TOP,
    reject: false,
  });
  const files = listed.exitCode === 0 ? listed.stdout.split('\n') : [];
  return files.filter((file) =>
    /[.](c?ts|tsx|m?js|cjs|json|md|ya?ml|sh|sql|css|html|grit)$|^[.](npmrc|ci\/run)$/.test(file),
  );
}

/** Returns the text of the file, or null if there is no such file. */
export function readText(file: string): Promise<string | null> {
  return readFile(join(TOP, file), 'utf8').catch(() => null);
}
