import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { expect, test } from 'vitest';
import { counted } from '../src/finding.ts';
import { writeReport } from '../src/write-report.ts';

test('a run of one entry does not change the sections of other entries', async () => {
  const folder = await temporaryFolder('report');
  try {
    const file = pathToFileURL(join(folder.path, 'benchmarks.md'));
    const write = (name: string, value: string) => {
      const findings = [counted('a row', value)];
      const section = { entry: { name, about: `About ${name}.` }, findings, measured: 'Today.' };
      return writeReport([section], ['first', 'second'], file);
    };
    await write('second', 'two');
    await write('first', 'one');
    await write('second', 'three');

    const text = await readFile(file, 'utf8');
    expect(text.match(/^## .*/gm)).toEqual(['## first', '## second']);
    expect(text).toContain('| a row | 1 | one |');
    expect(text).toContain('| a row | 1 | three |');
    expect(text).not.toContain('two');
  } finally {
    await folder.remove();
  }
});
