/*
 * The output of aerender is stored completely, in a form that the database accepts. No output may
 * block the last lines.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { getAttemptLog } from '@renderdeck/operations';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const farm = farmOfFile();
const outputFile = () => join(farm.folders.assets, 'output');

beforeAll(async () => {
  const { aerender } = await installStandIn(join(farm.folders.assets, 'ae'));
  const [shebang = ''] = (await readFile(aerender, 'utf8')).split('\n');
  await writeFile(
    aerender,
    `${shebang}
process.stdout.write(require('node:fs').readFileSync(${JSON.stringify(outputFile())}));
process.exitCode = 1;
`,
  );
  await farm.startWorker('one', { RENDERDECK_AERENDER: aerender });
});

async function renderWithOutput(
  text: string,
): Promise<{ failure: string | null; lines: string[] }> {
  await writeFile(outputFile(), text);
  const job = await farm.submit();
  // The third failure in a row makes the host check itself. The host gives the third job back.
  const { view } = await farm.untilJob(
    job.id,
    'over',
    ({ attempts }) => (attempts[0]?.outcome ?? null) !== null,
  );
  const read = await getAttemptLog(farm, { id: job.id, attempt: null, after: null, limit: 500 });
  return {
    failure: view.job.failure,
    lines: read.ok ? read.chunks.flatMap(({ lines }) => lines) : [],
  };
}

test('the failure of a job is its error without null characters', async () => {
  expect((await renderWithOutput('aerender ERROR: no\0such layer\n')).failure).toBe(
    'After Effects reported an error: no such layer',
  );
});

test('the line after one that was cut inside a character is kept', async () => {
  const { lines } = await renderWithOutput(`${'x'.repeat(3999)}😀😀\nnext line\n`);
  expect(lines).toContainEqual(expect.stringMatching(/^x{3999}� … \(\d+ characters cut\)$/));
  expect(lines).toContain('next line');
});

test('all of many empty lines are kept', async () => {
  const { lines } = await renderWithOutput('\n'.repeat(200_000));
  expect(lines.filter((line) => line === '')).toHaveLength(200_000);
});
