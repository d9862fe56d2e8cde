import type { Looks } from '../process/looks.ts';
import { isRecord } from '../system/is-record.ts';

const WITHIN_MS = 5000;

/**
 * The template and the assets of a job of which no byte has arrived in its folder. Throws where the
 * folder does not answer in time.
 */
export async function findSilentSources(
  looks: Looks,
  { template, assets }: Record<string, unknown>,
  jobFolder: string,
): Promise<string[]> {
  const listed = Array.isArray(assets) ? assets : [];
  const sources = [
    { field: 'template.src', source: template },
    ...listed.map((source, index) => ({ field: `assets[${index}].src`, source })),
  ];
  const arrived = await looks.ask('listArrived', [jobFolder], WITHIN_MS);
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
