import type { WireHost } from '@renderdeck/contract';
import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import { expect, it } from 'vitest';
import { explainNoHost } from './explain-no-host.ts';

function aHost(name: string, differences: Partial<WireHost>): WireHost {
  const { farm } = createFakeAdminPort();
  farm.submit('spot', 'mira');
  farm.claimNext('ae-01');
  const [host] = farm.hosts;
  if (host === undefined) throw new Error('The fake farm has no host.');
  return { ...host, name, ...differences };
}

const silent = aHost('ae-01', { state: 'silent' });
const full = aHost('ae-02', { state: 'problem', problem: 'The disk is full.' });
const gone = aHost('ae-03', { state: 'stopped' });

it.each<[string, readonly WireHost[], string | null]>([
  ['no host', [], 'No host has registered yet.'],
  ['a host that renders', [silent, aHost('ae-09', { state: 'rendering', problem: null })], null],
  [
    'a host that renders and takes no more',
    [aHost('ae-09', { state: 'rendering', problem: 'The disk is full.' })],
    'ae-09: The disk is full.',
  ],
  [
    'hosts that take none',
    [silent, full, gone],
    'ae-01 is silent. ae-02: The disk is full. The worker of ae-03 has stopped.',
  ],
  [
    'many of them',
    [silent, full, gone, aHost('ae-04', { state: 'ending' })],
    'ae-01 is silent. ae-02: The disk is full. The worker of ae-03 has stopped. And 1 more.',
  ],
  [
    'hosts that an admin drained',
    [aHost('ae-01', { state: 'draining' }), aHost('ae-02', { state: 'drained' })],
    'ae-01 is drained. ae-02 is drained.',
  ],
])('%s', (_, hosts, sentence) => {
  expect(explainNoHost(hosts)).toBe(sentence);
});
