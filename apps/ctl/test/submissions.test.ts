/* What `jobs submit` says: warnings, hidden values, an edited copy, files that are no job. */
import { expect, test } from 'vitest';
import { JOB, serveApi, UUID } from './serve-api.ts';

const api = serveApi();

const submit = (stdin: string, ...more: string[]) =>
  api.ctl(['jobs', 'submit', '-', ...more], { stdin });

test('a submission says what the job may not do, and so does the shown job', async () => {
  const template = { src: '/shows/a.aep', composition: 'main', frameIncrement: 2 };
  const { stdout } = await submit(JSON.stringify({ template, priority: 20 }));
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

test('an edited copy names its source and keeps a secret that is not shown', async () => {
  const layer = { type: 'data', layerName: 'Key', property: 'Source Text' };
  const withKey = (value: string, composition: string) =>
    JSON.stringify({
      ...JSON.parse(JOB),
      template: { src: 'file:///C:/projects/intro.aep', composition },
      assets: [{ ...layer, value }],
      otp: '123456',
    });
  const first = await submit(withKey('opensesame', 'main'), '--secret', 'assets.0.value');
  const [id = ''] = UUID.exec(first.stdout) ?? [];
  const edited = await submit(withKey('•••', 'square'), '--rerun-of', id);
  expect(edited).toMatchObject({ exitCode: 0 });
  const [newId = ''] = UUID.exec(edited.stdout) ?? [];
  const { stdout } = await api.ctl(['jobs', 'show', newId]);
  expect(stdout).toContain(`  runs ${id} again\n`);
  expect(stdout).toContain('composition square\n');
  expect(stdout).toContain(
    '2 values hidden: otp (by its name), assets[0].value (named by the job)\n',
  );
  const json = await api.ctl(['jobs', 'show', newId, '--json']);
  expect(json.stdout).not.toMatch(/opensesame|123456/);
  const moved = withKey('•••', 'main').replace('"Key"', '"Subtitle"');
  const refused = await submit(moved, '--rerun-of', id);
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('This secret is hidden'),
  });
});

test.each([
  ['{', /^ctl: invalid_json: - is not JSON: .*[.]\n$/],
  [JOB.replace('{', '{"big": [1e400],'), /^ctl: invalid_input: job: A number is at most .*[.]\n$/],
  ['{}', /^ctl: invalid_input: job[.]template: template is missing; .*[.]\n$/],
  ['[]', /^ctl: invalid_input: job: A nexrender job is an object with a template[.]\n$/],
])('a job file with %s is refused in a sentence', async (stdin, stderr) => {
  expect(await submit(stdin)).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(stderr),
  });
});
