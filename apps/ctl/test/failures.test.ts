/* What the command line prints when the API fails or cannot be reached. */
import { createServer } from 'node:http';
import { beforeEach, expect, test } from 'vitest';
import { ADMIN, serveApi } from './serve-api.ts';

const api = serveApi(beforeEach);

test('a failure of the API is shown with the request id of its log', async () => {
  await api.tamper('alter table render_hosts rename to away');
  const { exitCode, stderr } = await api.ctl(['doctor']);
  await api.tamper('alter table away rename to render_hosts');
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(
      new RegExp(
        '^ctl: internal: Renderdeck failed; the log has this request id\\. ' +
          '\\([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\)\n$',
      ),
    ),
  ]);
});

test('a server that does not answer: its address, the reason, and what to do', async () => {
  const url = 'http://127.0.0.1:1';
  for (const credential of [ADMIN, { RENDERDECK_TOKEN: 'x' }]) {
    const { exitCode, stderr } = await api.ctl(['jobs', 'list'], {
      env: { ...credential, RENDERDECK_URL: url },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^ctl: unreachable: No answer from ${url} \\(.+\\); ` +
          'start Renderdeck there, or set RENDERDECK_URL to its address[.]\n$',
      ),
    );
  }
});

test('another server at the address is not taken for Renderdeck', async () => {
  for (const body of ['<html>', '{"hello": 1}']) {
    const other = createServer((_request, response) => void response.end(body));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const { exitCode, stderr } = await api.ctl(['jobs', 'list'], {
      env: { RENDERDECK_TOKEN: 'x', RENDERDECK_URL: url },
    });
    await new Promise((resolve) => other.close(resolve));
    expect([exitCode, stderr]).toEqual([
      1,
      `ctl: not_renderdeck: The server at ${url} is not Renderdeck's API; ` +
        'set RENDERDECK_URL to its address.\n',
    ]);
  }
});
