import { listTrackedFiles, readText } from '../tracked-files.ts';

const MAX_COLUMNS = 100;

/** Files that a tool wrote: pnpm, drizzle-kit, pg_dump, sql-formatter, `migrate`. */
const GENERATED = [
  /^pnpm-lock[.]yaml$/,
  /^packages\/(store\/migrations|operations\/statements)\//,
  /\/before-baseline[.]sql$/,
];
const CHECKED = /[.](tsx?|mjs|cjs|js|css|sh|sql|grit|ya?ml)$|^[.]ci\/run$/;

export async function checkLineWidth(): Promise<string[]> {
  const files = (await listTrackedFiles()).filter(
    (file) => CHECKED.test(file) && !GENERATED.some((written) => written.test(file)),
  );
  const found = files.map(async (file) => findLongLines(file, (await readText(file)) ?? ''));
  return (await Promise.all(found)).flat();
}

/** A URL does not count, because it cannot be broken into two lines. */
export function findLongLines(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const columns = [...line.replaceAll(/https?:\/\/\S+/g, '')].length;
    return columns > MAX_COLUMNS ? [`${file}:${index + 1} has ${columns} columns`] : [];
  });
}
