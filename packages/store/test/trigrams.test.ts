/* The trigrams that the database computes for a search are the same as those of this short rule. */
import { expect, it } from 'vitest';
import { openTestStore } from './open-test-store.ts';

const ID = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
const { sql } = openTestStore();

/** The trigram that begins at each letter; the last two are shorter. */
function trigramsOf(text: string): string[] {
  const letters = [...text.toLowerCase()];
  return [...new Set(letters.map((_, at) => letters.slice(at, at + 3).join('')))].sort();
}

it.each([
  [''],
  ['a'],
  ['Shot 12'],
  ["it's \\ a : 'name' & more"],
  ['aaaaaa'],
  ['привет 🎬🎬 – ß'],
  ['x'.repeat(2000)],
])('the trigrams of %j', async (text) => {
  const [row] = await sql<{ ofJob: string[]; ofText: string[] }[]>`
    select tsvector_to_array(job_trigrams(${text}, ${ID})) as "ofJob",
      tsvector_to_array(text_trigrams(${text})) as "ofText"`;
  expect(row?.ofJob.toSorted()).toEqual(trigramsOf(`${text} ${ID}`));
  expect(row?.ofText.toSorted()).toEqual(trigramsOf(text));
});
