import { createServer } from 'node:http';
import type { LookupFunction } from 'node:net';
import { readWebhookRules } from '@renderdeck/settings';
import { expect, onTestFinished, test } from 'vitest';
import { postMessage } from './post-message.ts';
import { webhookAddresses } from './webhook-addresses.ts';

const closed = webhookAddresses(readWebhookRules([]));

test.each([
  'http://127.0.0.1/',
  'http://127.1:8080/',
  'http://2130706433/',
  'http://0/',
  'http://[::1]/',
  'http://[::ffff:10.0.0.1]/',
  'http://[64:ff9b::a00:1]/',
  'http://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/', // Teredo of 10.0.0.1
  'http://[2001:0:a00:1::1]/',
  'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/', // of a public address
  'http://[2606:4700::5efe:10.0.0.1]/', // ISATAP
  'http://[2606:4700::200:5efe:a00:1]/',
  'http://[2002:a00:1::1]/', // 6to4
  'http://[64:ff9b:1::a00:1]/', // the NAT64 of a network
  'http://[64:ff9b:1:a00:0:100::]/',
  'http://[64:ff9b:1::808:808]/',
  'http://[::10.0.0.1]/',
  'http://[::ffff:0:10.0.0.1]/',
  'https://10.2.3.4/hook',
  'https://172.31.0.1/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest',
  'https://100.64.0.1/',
  'http://[fd12::1]/',
  'http://[fe80::1]/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
])('messages may not go to %s', (text) => {
  expect(closed.problemOf(new URL(text))).toMatch(/is in a private network/);
});

test.each([
  'https://203.0.114.9/hook',
  'https://[2606:4700::1]/',
  'https://[2606:4700::5efe:cb00:7209]/',
  'https://desk.example/',
])('messages may go to %s', (text) => expect(closed.problemOf(new URL(text))).toBeNull());

test('only the private networks that the setting lists are allowed', () => {
  const { problemOf } = webhookAddresses(readWebhookRules(['10.1.0.0/16']));
  expect(problemOf(new URL('http://10.1.2.3/'))).toBeNull();
  expect(problemOf(new URL('http://10.2.2.3/'))).not.toBeNull();
});

/** A lookup function that resolves every name to these addresses. */
const resolvesTo =
  (...addresses: string[]): LookupFunction =>
  (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
const lookUp = (resolve: LookupFunction) =>
  new Promise((done) => {
    webhookAddresses(readWebhookRules([]), resolve).lookup(
      'desk.example',
      { all: true },
      (error, found) => done(error?.message ?? found),
    );
  });

test('at each connection, a name is refused if any of its addresses is private', async () => {
  expect(await lookUp(resolvesTo('203.0.114.9', '10.0.0.5'))).toBe(
    'desk.example is 10.0.0.5, which is in a private network; ' +
      'RENDERDECK_WEBHOOK_NETWORKS can allow it',
  );
  expect(await lookUp(resolvesTo('::1'))).toMatch(/^desk.example is ::1, which/);
  expect(await lookUp(resolvesTo('203.0.114.9'))).toEqual([{ address: '203.0.114.9', family: 4 }]);
});

/** A server that counts its requests. Linux has all of 127.0.0.0/8. */
async function aServer(host: string, port = 0) {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end('taken');
  });
  await new Promise<void>((resolve) => void server.listen(port, host, resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const found = typeof address === 'object' && address !== null ? address.port : 0;
  return { port: found, requests: () => requests };
}

test.runIf(process.platform === 'linux')(
  'a name with another address at each look leads to no private one',
  async () => {
    const allowed = await aServer('127.1.0.1');
    const secret = await aServer('127.0.0.1', allowed.port);
    const answers = [['127.1.0.1'], ['127.0.0.1'], ['127.1.0.1', '127.0.0.1']];
    let looks = 0;
    const resolve: LookupFunction = (name, options, callback) => {
      looks += 1;
      resolvesTo(...(answers[looks % answers.length] ?? []))(name, options, callback);
    };
    const addresses = webhookAddresses(readWebhookRules(['127.1.0.0/16']), resolve);
    const send = postMessage({ addresses, publicUrl: null });
    const message = {
      ...{
        id: crypto.randomUUID(),
        type: 'webhook.test' as const,
        facts: {},
        tries: 1,
        leftMs: 1000,
      },
      ...{ at: '2026-03-01T12:00:00.000Z', shape: 'renderdeck' as const, secret: 'x'.repeat(32) },
      ...{ receiver: 'one', address: `http://desk.example:${allowed.port}/` },
    };
    const errors = [];
    for (let tries = 0; tries < 300; tries += 1) errors.push((await send(message))?.error ?? null);
    const isRefused = (error: string | null) => /which is in a private/.test(error ?? '');
    expect(errors.filter((error) => error === null)).toHaveLength(100);
    expect(errors.filter(isRefused)).toHaveLength(200);
    expect([looks, allowed.requests(), secret.requests()]).toEqual([300, 100, 0]);
  },
);
