/* Invitations of hosts from the command line: make, list, withdraw. */
import { expect, test } from 'vitest';
import { serveApi } from './serve-api.ts';

const api = serveApi();

test('an invitation is listed without its token until it is withdrawn', async () => {
  const list = async () => (await api.ctl(['hosts', 'invitations'])).stdout;
  expect(await list()).toBe('No open invitations.\n');
  const { stdout, stderr } = await api.ctl(['hosts', 'invite', 'ae-07', '--replace']);
  const [, token = ''] = /^renderdeck worker join \S+ (rdj_[\w-]{43})\n$/.exec(stdout) ?? [];
  expect(token).not.toBe('');
  expect(stderr).toMatch(/^Run this once on ae-07, until /);
  expect(await list()).toMatch(/\nae-07 +ada +\S+ \S+Z +\S+ \S+Z +yes\n$/);
  expect(await list()).not.toContain(token);
  const withdraw = async () => (await api.ctl(['hosts', 'withdraw', 'ae-07'])).stdout;
  expect(await withdraw()).toBe('The invitation of ae-07 has ended.\n');
  expect(await withdraw()).toBe('ae-07 had no open invitation.\n');
  expect(await list()).toBe('No open invitations.\n');
});
