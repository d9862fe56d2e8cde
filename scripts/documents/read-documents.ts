import { normalize } from 'node:path';
import { listTrackedFiles, readText } from '../tracked-files.ts';

export const FILES = await listTrackedFiles();

/** Every document that these tests check. */
export const DOCUMENTS = FILES.filter((file) =>
  /^(README|ARCHITECTURE|CONTRIBUTING|SECURITY)[.]md$|^(packages|apps|docs)\/.*[.]md$/.test(file),
);

/** Returns everything that `look` finds, each with file and line. */
export async function eachLine(
  paths: readonly string[],
  look: (line: string, file: string) => string[],
): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const lines = ((await readText(path)) ?? '').split('\n');
      return lines.flatMap((line, index) =>
        look(line, path).map((what) => `${normalize(path)}:${index + 1} ${what}`),
      );
    }),
  );
  return found.flat();
}

/** Returns the first group of each match. */
export function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, part = '']) => part);
}

/** Returns the lines between `<!-- name -->` and `<!-- /name -->`. */
export function linesBetween(text: string | null, name: string): string[] {
  const pattern = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)\\n<!-- /${name} -->`);
  return (pattern.exec(text ?? '')?.[1] ?? '').split('\n');
}
