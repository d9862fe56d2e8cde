import { REFUSED_ADDRESSES } from '@renderdeck/domain';
import { expect, test } from 'vitest';
import { readAddressRules } from './source-addresses.mjs';

const { refuses } = readAddressRules({ refused: REFUSED_ADDRESSES, allowed: [] });

/** The host of a URL, as a program reads it from the text. */
const hostOf = (text: string) => new URL(`http://${text}/latest/meta-data`).hostname;

test.each([
  '169.254.169.254',
  '169.254.0.1',
  '169.254.170.2',
  '2852039166', // decimal
  '0xa9fea9fe',
  '0xa9.0xfe.0xa9.0xfe',
  '0251.0376.0251.0376', // octal
  '0251.254.43518',
  '169.254.43518',
  '１６９.254.169.254', // full-width digits
  '169。254。169。254',
  '%31%36%39.254.169.254',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:a9fe:a9fe]',
  '[::169.254.169.254]',
  '[64:ff9b::169.254.169.254]',
  '[2002:a9fe:a9fe::1]',
  '[2001:0:a9fe:a9fe::1]', // Teredo: the address of the relay
  '[2001:0:4136:e378:8000:63bf:5601:5601]', // Teredo: the address of the client
  '[2a00:1450::5efe:a9fe:a9fe]', // ISATAP
  '[2a00:1450::200:5efe:169.254.169.254]',
  '[fe80::5efe:a9fe:a9fe]',
  '[64:ff9b:1::a9fe:a9fe]', // the NAT64 of a network
  '[64:ff9b:1:a9fe:a9:fe00::]',
  '[64:ff9b:1:a9:fe:a9fe::]',
  '[64:ff9b:1:0:a9:fea9:fe00:0]',
  '[fe80::1]',
  '[febf:ffff::1]',
  '[fd00:ec2::254]',
  '[FD00:0EC2:0:0:0:0:0:254]',
  '[fd20:ce::254]',
  '100.100.100.200',
  '168.63.129.16',
  'metadata.google.internal',
  'METADATA.google.internal',
  'metadata.google.internal.',
  'instance-data',
])('a source on %s is refused', (text) => {
  expect(refuses(hostOf(text))).toBe(true);
});

test.each(['fe80::1%eth0', '::ffff:169.254.1.1', '169.254.1.1'])(
  'a connection to %s is refused',
  (address) => expect(refuses(address)).toBe(true),
);

test.each([
  '127.0.0.1',
  '[::1]',
  'localhost',
  '10.1.2.3',
  '192.168.1.10',
  '172.16.0.1',
  '[fd00:1::5]',
  '[::ffff:10.1.2.3]',
  '169.253.255.255',
  '169.255.0.0',
  '100.100.100.201',
  '[fec0::1]',
  'nas',
  'cdn.example.com',
  'metadata.google.internal.example.com',
])('a source on %s is not', (text) => {
  expect(refuses(hostOf(text))).toBe(false);
});

test('an allowed address, network or name counts more than a refused one', () => {
  const rules = { refused: ['169.254.0.0/16', 'vault'], allowed: ['169.254.10.0/24', 'VAULT.'] };
  const lists = readAddressRules(rules);
  expect(lists.refuses('169.254.10.7')).toBe(false);
  expect(lists.refuses('169.254.11.7')).toBe(true);
  expect(lists.refuses('vault')).toBe(false);
});

test.each(['127.0.0.1', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1', '127.9.9.9'])(
  'refusing loopback also refuses %s',
  (address) => {
    const refused = ['127.0.0.0/8', '::1'];
    expect(readAddressRules({ refused, allowed: [] }).refuses(address)).toBe(true);
  },
);
