/* `ctl doctor`: what counts as ok, as a warning and as a failure. */
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { loseAnswers } from './lose-answers.ts';
import { ADMIN, serveApi } from './serve-api.ts';

const api = serveApi(beforeEach);

test('doctor: a farm without a host fails; a stand-in is a warning', async () => {
  const without = await api.ctl(['doctor']);
  expect(without).toMatchObject({
    exitCode: 1,
    stderr: 'ctl: unwell: no render host: start a worker.\n',
  });
  await api.signOn('render-01');
  const { exitCode, stdout } = await api.ctl(['doctor']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    new RegExp(
      `^ok {4}reached ${api.url}\n` +
        'ok {4}signed in as ada \\(admin\\)\n' +
        'ok {4}database and listener are up\n' +
        'ok {4}PostgreSQL: \\d+ of \\d+ connections open, \\d+ when all hosts render; .*\n' +
        'ok {4}no database login of its own: render-01 — .*\n' +
        'warn {2}host render-01: idle, 0 of 1 slots busy, last heard .*, ' +
        'aerender stand-in, container subreaper, Linux [(]x64[)] — renders with a stand-in',
    ),
  );
});

test('doctor: a proxy that hides /readyz is no failure', async () => {
  await api.signOn('render-01');
  const proxy = await loseAnswers(api.url, { to: [], count: 0, hides: '/readyz' });
  onTestFinished(proxy.close);
  const env = { ...ADMIN, RENDERDECK_URL: proxy.url };
  const { exitCode, stdout } = await api.ctl(['doctor'], { env });
  expect(stdout).toContain('\nok    the database is up; the proxy hides /readyz\n');
  expect(exitCode).toBe(0);
});

test('doctor: a warning says what the owner of the database should forbid', async () => {
  await api.signOn('render-01');
  await api.tamper(`do $$ begin
    execute format('grant temporary on database %I to public', current_database()); end $$`);
  expect((await api.ctl(['doctor'])).stdout).toMatch(
    /\nwarn {2}Every login of this database may make tables of its own; have "REVOKE TEMPORARY ON/,
  );
});

/** What a host has registered that is in order. */
const WELL =
  "container = 'cgroup', renderer = 'After Effects 25', stand_in = false, render_user = 'render'";

test.each([
  [
    'slots = 2',
    /\nok {4}host render-01: .* 25, container cgroup, Linux [(]x64[)], renders as render\n$/,
  ],
  [
    "version = '0.2.0'",
    /\nwarn {2}Different .*: this server has 0[.]1[.]0, render-01 has 0[.]2[.]0[.] /,
  ],
  [
    'render_user = null',
    /\nwarn {2}host .* — Renders run as the worker's own user[.] .*database password/,
  ],
  ["container = 'none'", /\nwarn {2}host render-01: .* — nothing holds its process trees/],
  [
    "session = 0, platform = 'win32 x64'",
    /\nwarn {2}host render-01: .*, Windows [(]x64[)], .* — The worker runs in session 0/,
  ],
  [
    "problem = 'There is no aerender at /ae.'",
    /\nwarn {2}host render-01: problem, .* — takes no job: There is no aerender at [/]ae[.]/,
  ],
])('doctor: what it says of a host with %s', async (fact, said) => {
  await api.signOn('render-01');
  await api.tamper(`update render_hosts set ${WELL}`);
  await api.tamper(`update render_hosts set ${fact}`);
  expect((await api.ctl(['doctor'])).stdout).toMatch(said);
});

test('doctor: several hosts that share a database login are a warning', async () => {
  await api.signOn('render-01');
  await api.signOn('render-02');
  expect((await api.ctl(['doctor'])).stdout).toMatch(
    /\nwarn {2}no database login of its own: render-01, render-02 — .*`ctl hosts add NAME`/,
  );
  await api.tamper("update render_hosts set host_login = 'host_' || name");
  expect((await api.ctl(['doctor'])).stdout).toMatch(
    /\nok {4}each host has a database login of its own\n/,
  );
});

test('doctor: a user and a token of one name, from an earlier version, are a warning', async () => {
  await api.ctl(['tokens', 'add', 'nightly', '--role', 'viewer']);
  expect((await api.ctl(['doctor'])).stdout).not.toContain('the same name');
  await api.tamper("update api_tokens set name = 'Ada'");
  const warned =
    'warn  a user and a token have the same name: Ada — make a token with another name';
  expect((await api.ctl(['doctor'])).stdout).toContain(warned);
  // The audit log shows which of the two acted.
  const secret = await api.ctl(['tokens', 'add', 'script', '--role', 'admin']);
  const env = { RENDERDECK_TOKEN: secret.stdout.trim() };
  await api.ctl(['users', 'set', 'ada', '--disable'], { env });
  await api.ctl(['tokens', 'revoke', 'Ada'], { env });
  expect((await api.ctl(['audit', 'list'], { env })).stdout).toContain('token script');
  expect((await api.ctl(['doctor'])).stdout).not.toContain('the same name');
});
