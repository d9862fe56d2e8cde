/* Webhooks, measures, failures and drains from the command line, against one API. */
import { expect, test } from 'vitest';
import { JOB, serveApi } from './serve-api.ts';

const api = serveApi();

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

test('drain says since when and what the host renders; resume lets it take jobs', async () => {
  const worker = await api.signOn('render-02');
  const id = await api.submit();
  const attempt = await api.claimNext(worker);
  const drain = () => api.ctl(['hosts', 'drain', 'render-02', '--reason', 'New disk.']);
  const facts = ` {2}since {6}\\S+ \\S+Z by ada\n {2}renders {4}.* \\(${id}\\)\n$`;
  expect(await drain()).toEqual(done(new RegExp(`^render-02 is drained[.]\n${facts}`)));
  expect(await drain()).toEqual(done(new RegExp(`^render-02 was drained already[.]\n${facts}`)));
  const list = await api.ctl(['hosts', 'list']);
  expect(list.stdout).toMatch(/\nrender-02 +draining (.|\n)*\nrender-02: .*New disk[.]/);
  const resume = () => api.ctl(['hosts', 'resume', 'render-02']);
  expect(await resume()).toEqual(done('render-02 takes jobs again.\n'));
  expect(await resume()).toEqual(done('render-02 was not drained.\n'));
  expect(await api.ctl(['hosts', 'drain', 'nowhere'])).toMatchObject({
    ...{ exitCode: 1, stdout: '' },
    stderr: expect.stringMatching(/^ctl: host_not_found: /),
  });
  await api.fail(worker, attempt, 'Layer 7 is missing in /p/a.aep.');
});

test('failures: the groups of one reason, by host, as text and as JSON', async () => {
  const failures = (...more: string[]) => api.ctl(['failures', ...more]);
  expect(await failures()).toEqual(
    done(/^JOBS +NEWEST +HOST +REASON\n1 +\S+ \S+Z +render-02 +Layer .* is missing in .*\n$/),
  );
  const { groups } = JSON.parse((await failures('--json')).stdout);
  expect(groups).toMatchObject([{ count: 1, hosts: [{ name: 'render-02', count: 1 }] }]);
  expect(await failures('--reason', groups[0].reason)).toEqual(done(/\n1 +\S+ \S+Z +render-02 /));
  expect(await failures('--host', 'render-01')).toEqual(done('No failed jobs.\n'));
});

test('measures: the figures of the last day, week or month, as text and as JSON', async () => {
  await api.signOn('render-01');
  await api.tamper(`insert into queue_samples (at, waiting, oldest_ms)
    select date_trunc('hour', clock_timestamp()) - back * interval '10 minutes', waiting, oldest
    from (values (2, 7, 60000), (3, 5, 90000)) as sample (back, waiting, oldest)`);
  const { exitCode, stdout } = await api.ctl(['measures']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    new RegExp(
      '^\\S+ \\S+ to \\S+ \\S+\n {2}queue +0 waiting\n {2}first wait .*\n' +
        ' {2}renders ended +0 finished, \\d failed, 0 stopped, 0 lost, 0 given back\n' +
        ' {2}stops +0 asked for, 0 proven, 0 not proven\n',
    ),
  );
  expect(stdout).toMatch(/\nQUEUE FROM +MOST WAITING +OLDEST\n\S+ \S+:00:00Z +7 +90[.]0 s\n/);
  expect(stdout).toMatch(/\nJOBS +HOSTS +REASON\n1 +render-02 1 +Layer .* is missing in /);
  expect(stdout).toMatch(/\nHOST +SLOTS NOW +BUSY +USE\nrender-01 +1 +0.0 h +/);
  const { stdout: json } = await api.ctl(['measures', '--range', '7d', '--json']);
  expect(JSON.parse(json)).toMatchObject({ range: '7d', queue: { waiting: 0 } });
  expect(await api.ctl(['measures', '--range', '1y'])).toMatchObject({ exitCode: 2 });
});
