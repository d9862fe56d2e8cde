import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The top folder of the repository. */
export const TOP = fileURLToPath(new URL('..', import.meta.url));

/** Text files that are committed or about to be, and exist; without git (an archive) none. */
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

/** The file's text, or null when there is no such file. */
export function readText(file: string): Promise<string | null> {
  return readFile(join(TOP, file), 'utf8').catch(() => null);
}
