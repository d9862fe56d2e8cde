/* A job is run again, edited, from the command line. */
import { beforeEach, expect, test } from 'vitest';
import { JOB, serveApi, type TestApi } from './serve-api.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

let api: TestApi;
beforeEach(async () => {
  api = await serveApi();
  return () => api.close();
});

test('an edited copy names its source and keeps a secret that is not shown', async () => {
  const layer = { type: 'data', layerName: 'Key', property: 'Source Text' };
  const withKey = (value: string, composition: string) =>
    JSON.stringify({
      ...JSON.parse(JOB),
      template: { src: 'file:///C:/projects/intro.aep', composition },
      assets: [{ ...layer, value }],
    });
  const submit = ['jobs', 'submit', '-'];
  const first = await api.ctl([...submit, '--secret', 'assets.0.value'], {
    stdin: withKey('opensesame', 'main'),
  });
  const [id = ''] = UUID.exec(first.stdout) ?? [];
  const copy = { stdin: withKey('•••', 'square') };
  const edited = await api.ctl([...submit, '--rerun-of', id], copy);
  expect(edited).toMatchObject({ exitCode: 0 });
  const [newId = ''] = UUID.exec(edited.stdout) ?? [];
  const { stdout } = await api.ctl(['jobs', 'show', newId]);
  expect(stdout).toContain(`  runs ${id} again\n`);
  expect(stdout).toContain('composition square\n');
  expect(stdout).toContain('1 value hidden: assets[0].value (named by the job)');
  const moved = withKey('•••', 'main').replace('"Key"', '"Subtitle"');
  const refused = await api.ctl([...submit, '--rerun-of', id], { stdin: moved });
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('This secret is hidden'),
  });
});
