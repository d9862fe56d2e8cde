import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@renderdeck/testing';
import { beforeEach, expect, test } from 'vitest';
import { serveApi, type TestApi } from './serve-api.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

let api: TestApi;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  api = await serveApi();
  folder = await temporaryFolder('ctl');
  return async () => {
    await api.close();
    await folder.remove();
  };
});

test('a submission says what the job may not do, and so does the shown job', async () => {
  const file = join(folder.path, 'job.json');
  const template = { src: '/shows/a.aep', composition: 'main', frameIncrement: 2 };
  await writeFile(file, JSON.stringify({ template, priority: 20 }));
  const { stdout } = await api.ctl(['jobs', 'submit', file]);
  const warnings = [
    '  WARNING    Nothing of this job will be published: no action after the render copies or ' +
      'sends its result. The result is deleted with the folder of the job.',
    '  WARNING    template.src is a path. The host gives nexrender the file:// address of it.',
    '  WARNING    template.frameIncrement has no effect: nexrender reads incrementFrame.',
  ];
  const priority =
    '  WARNING    priority has no effect inside the job, which gets priority 50. Give it beside ' +
    'the job, from 0 to 100.';
  expect(stdout.split('\n').slice(1)).toEqual([...warnings, priority, '']);
  const [id = ''] = UUID.exec(stdout) ?? [];
  expect((await api.ctl(['jobs', 'show', id])).stdout).toContain(`${warnings.join('\n')}\n`);
});
