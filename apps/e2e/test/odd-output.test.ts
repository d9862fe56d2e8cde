/* What aerender prints is kept in a form that the database takes: nothing of it may hold up the last word, or go round the cap. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { getAttemptLog } from '@renderdeck/operations';
import { temporaryFolder } from '@renderdeck/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type FarmUnderTest, startFarmUnderTest } from './farm/start-farm.ts';

let farm: FarmUnderTest;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const said = () => join(folder.path, 'said');

beforeAll(async () => {
  folder = await temporaryFolder('odd');
  const { aerender } = await installStandIn(join(folder.path, 'ae'));
  const [shebang = ''] = (await readFile(aerender, 'utf8')).split('\n');
  await writeFile(
    aerender,
    `${shebang}\nprocess.stdout.write(require('node:fs').readFileSync(${JSON.stringify(said())}));\nprocess.exitCode = 1;\n`,
  );
  farm = await startFarmUnderTest({ RENDERDECK_AERENDER: aerender });
  await farm.startWorker();
});
afterEach(async () => {
  expect(await farm.processes()).toEqual([]);
  expect(await farm.files()).toEqual([]);
});
afterAll(async () => {
  await farm.close();
  await folder.remove();
});

async function renderThatSays(text: string): Promise<{ failure: string | null; lines: string[] }> {
  await writeFile(said(), text);
  const job = await farm.submit();
  const { view } = await farm.until(job.id, 'FAILED');
  const read = await getAttemptLog(farm, { id: job.id, attempt: null, after: 0, limit: 500 });
  return {
    failure: view.job.failure,
    lines: read.ok ? read.chunks.flatMap(({ lines }) => lines) : [],
  };
}

test('an error that holds a null character is the failure of the job, without it', async () => {
  expect((await renderThatSays('aerender ERROR: no\0such layer\n')).failure).toBe(
    'After Effects reported an error: no such layer',
  );
});

test('a line that is cut within a character takes no other line with it', async () => {
  const { lines } = await renderThatSays(`${'x'.repeat(3999)}😀😀\nnext line\n`);
  expect(lines).toContainEqual(expect.stringMatching(/^x{3999}� … \(\d+ characters cut\)$/));
  expect(lines).toContain('next line');
});

test('empty lines count too', async () => {
  const { lines } = await renderThatSays('\n'.repeat(200_000));
  expect(lines.length).toBeLessThan(70_000);
});
