import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveApi, type TestApi } from './serve-api.ts';

const JOB = { template: { src: 'file:///c/intro.aep', composition: 'main' } };

let api: TestApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

test('submit --secret hides values of the job, and show says what is hidden', async () => {
  const stdin = JSON.stringify({ ...JOB, product: 'Blue Falcon', otp: '123456' });
  const wrong = await api.ctl(['jobs', 'submit', '-', '--secret', 'produc'], { stdin });
  expect(wrong).toMatchObject({
    exitCode: 1,
    stderr: 'ctl: invalid_input: secrets.0: The job has no value at produc.\n',
  });
  const { stdout } = await api.ctl(['jobs', 'submit', '-', '--secret', 'product'], { stdin });
  const [id = ''] = /[0-9a-f-]{36}/.exec(stdout) ?? [];
  const shown = await api.ctl(['jobs', 'show', id]);
  expect(shown.stdout).toContain(
    '  2 values hidden: product (named by the job), otp (by its name)\n',
  );
  const json = await api.ctl(['jobs', 'show', id, '--json']);
  expect(json.stdout).not.toMatch(/Blue Falcon|123456/);
});
