import type { LookupFunction } from 'node:net';
import { readWebhookRules } from '@renderdeck/settings';
import { expect, test } from 'vitest';
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
