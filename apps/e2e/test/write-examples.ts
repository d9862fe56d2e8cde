import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes each example of a document that is in this language to a file, under these names. */
export async function writeExamples(
  document: string,
  language: string,
  into: string,
  names: readonly string[],
): Promise<void> {
  const text = await readFile(document, 'utf8');
  const blocks = [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))];
  if (blocks.length !== names.length)
    throw new Error(`${document} has ${blocks.length} examples in ${language}.`);
  for (const [at, name] of names.entries())
    await writeFile(join(into, name), blocks[at]?.[1] ?? '');
}
