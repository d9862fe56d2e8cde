import { readFile } from 'node:fs/promises';

const PACKAGE = new URL('../../package.json', import.meta.url);

/** The version of a program that the bench compares with: package.json names each exactly. */
export async function versionOf(name: string): Promise<string> {
  const file: { devDependencies: Record<string, string> } = JSON.parse(
    await readFile(PACKAGE, 'utf8'),
  );
  return file.devDependencies[name] ?? 'of unknown version';
}
