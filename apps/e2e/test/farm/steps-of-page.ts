import { readFile } from 'node:fs/promises';

const DOCS = new URL('../../../../docs/', import.meta.url);

/** The shell block of each step of a section of a page. Step 0 has the reader's values. */
export async function stepsOf(name: string, section: string): Promise<readonly string[]> {
  const page = await readFile(new URL(name, DOCS), 'utf8');
  const [, text = ''] =
    new RegExp(`^## ${section}$[\\s\\S]*?<!-- steps -->([\\s\\S]*?)<!-- /steps -->`, 'm').exec(
      page,
    ) ?? [];
  const steps = [...text.matchAll(/^\*\*(\d+)[.][^*]*\*\*[\s\S]*?^```sh\n([\s\S]*?)^```/gm)];
  const numbers = steps.map(([, number]) => Number(number));
  if (steps.length === 0 || numbers.some((number, index) => number !== index))
    throw new Error(`The steps of "${section}" are numbered ${numbers.join(', ')}.`);
  return steps.map(([, , block = '']) => block);
}

/** Step 0 with other values. Throws if the page has other variables there. */
export function withValues(block: string, values: Readonly<Record<string, string>>): string {
  const named = [...block.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
  if (named.toSorted().join() !== Object.keys(values).toSorted().join())
    throw new Error(`The page has the values ${named.join(', ')}.`);
  return Object.entries(values)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}
