/* Webhooks and measures from the command line, against one API. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JOB, serveApi, type TestApi } from './serve-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

const done = (stdout: string | RegExp) => ({
  exitCode: 0,
  stdout: typeof stdout === 'string' ? stdout : expect.stringMatching(stdout),
  stderr: '',
});

test('a webhook is added and prints its secret; it is tested, changed and deleted', async () => {
  const address = ['--address', 'https://desk.example/hook'];
  const more = ['--event', 'ended', 'failed', '--name-part', 'spot'];
  const added = await api.ctl(['webhooks', 'add', 'night shift', ...address, ...more]);
  expect(added).toEqual(done(/^whsec_\S+\n$/));
  const list = () => api.ctl(['webhooks', 'list']);
  expect(await list()).toEqual(done(/\nnight shift +enabled +ended,failed +0 +0 +- +https:/));
  expect((await list()).stdout).not.toContain(added.stdout.trim());
  expect(await api.ctl(['webhooks', 'add', 'x', '--event', 'failed'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--address'),
  });
  expect(
    await api.ctl(['webhooks', 'add', 'x', '--address', 'http://10.0.0.1/', '--event', 'failed']),
  ).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^ctl: address_refused: /) });

  // Messages to this address are refused, so the test needs no network.
  await api.tamper("update webhooks set address = 'http://127.0.0.1:1/'");
  expect(await api.ctl(['webhooks', 'test', 'night shift'])).toEqual({
    exitCode: 1,
    stdout: expect.stringMatching(/^no answer: 127.0.0.1 is in a private network/),
    stderr: 'ctl: not_delivered: night shift did not accept the test message.\n',
  });
  const { stdout } = await api.ctl(['webhooks', 'deliveries', '--state', 'givenUp', '--json']);
  const [{ id }] = JSON.parse(stdout).deliveries;
  const deliveries = await api.ctl(['webhooks', 'deliveries', '--webhook', 'night shift']);
  expect(deliveries.stdout).toMatch(
    new RegExp(`\n${id} .* night shift +webhook.test +- +givenUp +1 +no answer`),
  );

  const set = (...change: string[]) => api.ctl(['webhooks', 'set', 'night shift', ...change]);
  expect(await set('--disable')).toEqual(done('Changed night shift, disabled.\n'));
  expect((await list()).stdout).toMatch(/ disabled \S+ \S+: ada disabled it\./);
  expect(await api.ctl(['webhooks', 'redeliver', id])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^ctl: webhook_disabled: /),
  });
  expect(await set('--enable', '--name-part', '')).toEqual(done('Changed night shift.\n'));
  expect(await set('--new-secret')).toEqual(done(/^whsec_\S+\n$/));
  expect(await api.ctl(['webhooks', 'redeliver', id])).toEqual(done(`${id} is sent again.\n`));
  expect(await api.ctl(['webhooks', 'delete', 'night shift'])).toEqual(
    done('Deleted night shift.\n'),
  );
  expect(await list()).toEqual(done('No webhooks.\n'));
});

test('a job with a callback prints its secret, and its message is in the list', async () => {
  const callback = ['--callback', 'https://desk.example/ended?key=k3y'];
  const { stdout } = await api.ctl(['jobs', 'submit', '-', ...callback], { stdin: JOB });
  expect(stdout).toMatch(/\n {2}secret of the callback: whsec_\S{44}\n$/);
  // Messages to this address are refused, so the test needs no network.
  await api.tamper("update job_callbacks set address = 'http://127.0.0.1:1/'");
  const [, id = ''] = / as (\S+): /.exec(stdout) ?? [];
  await api.ctl(['jobs', 'cancel', id]);
  const list = await api.ctl(['webhooks', 'deliveries', '--job', id]);
  expect(list.stdout).toMatch(/ callback of the job +job\.ended /);
});

test('measures: the figures of the last day, week or month, as text and as JSON', async () => {
  await api.signOn('render-01');
  const { exitCode, stdout } = await api.ctl(['measures', '--range', '7d']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    new RegExp(
      '^\\S+ \\S+ to \\S+ \\S+\n {2}first wait +none\n' +
        ' {2}renders ended +0 finished, 0 failed, 0 stopped, 0 lost, 0 given back\n' +
        ' {2}stops +0 asked for, 0 proven, 0 not proven\n',
    ),
  );
  expect(stdout).toMatch(/\nHOST +SLOTS NOW +BUSY +USE\nrender-01 +1 +0.0 h +/);
  const { stdout: json } = await api.ctl(['measures', '--json']);
  expect(JSON.parse(json)).toMatchObject({ range: '24h', waiting: { count: 0 } });
  expect(await api.ctl(['measures', '--range', '1y'])).toMatchObject({ exitCode: 2 });
});
