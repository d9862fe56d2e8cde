import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from './is-record.ts';

/** The template and the assets of a job of which no byte has arrived in its folder. */
export async function findSilentSources(
  { template, assets }: Record<string, unknown>,
  jobFolder: string,
): Promise<string[]> {
  const listed = Array.isArray(assets) ? assets : [];
  const sources = [
    { field: 'template.src', source: template },
    ...listed.map((source, index) => ({ field: `assets[${index}].src`, source })),
  ];
  const arrived = await listArrived(jobFolder);
  return sources.flatMap(({ field, source }) => {
    if (!isRecord(source) || typeof source.src !== 'string' || source.useOriginal === true)
      return [];
    if (source.src.startsWith('data:')) return [];
    const name = String(source.name);
    // nexrender may add an ending to the name.
    const isThere = arrived.some((file) => file === name || file.startsWith(`${name}.`));
    return isThere ? [] : [`${field} (${source.src})`];
  });
}

/** The names of the files that are not empty. */
async function listArrived(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0),
  );
  return names.filter((_, index) => (sizes[index] ?? 0) > 0);
}
