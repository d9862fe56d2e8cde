import type { WireHost } from '@renderdeck/contract';
import { expect, it } from 'vitest';
import { aFakeFarm } from '../../../testing/render-app.tsx';
import { describeHealth } from './describe-health.ts';

const NOW = Date.now();
const [host] = aFakeFarm().hosts;
const hosts = (...states: WireHost['state'][]) =>
  states.map((state, index) => ({
    ...host,
    state,
    name: `ae-0${index + 1}`,
    lastHeardAt: new Date(NOW - 240_000).toISOString(),
  }));
const measured = ({ waiting = 0, notProven = 0, failed = 0 } = {}) => ({
  queue: { waiting },
  stops: { notProven },
  reasons: failed === 0 ? [] : [{ reason: 'Footage missing: …', count: failed, hosts: [] }],
});
const of = (states: WireHost['state'][], facts = {}) => {
  const { verdict, sentence, things } = describeHealth(hosts(...states), measured(facts), NOW);
  return [verdict, sentence, ...things.map(({ text }) => text)];
};

it('a farm whose hosts take jobs is well, also with one or two failures', () => {
  expect(of(['idle', 'rendering', 'stopped', 'draining'], { waiting: 3, failed: 2 })).toEqual([
    'well',
    'The farm is well.',
  ]);
});

it('a farm that renders names what to look at', () => {
  expect(of(['rendering', 'silent', 'problem'], { failed: 7, notProven: 1 })).toEqual([
    'look',
    'The farm renders. Look at 4 things:',
    'ae-02 silent for 4 min 00 s',
    'ae-03 takes no job',
    '7 renders failed: Footage missing: …',
    '1 stop not proven',
  ]);
});

it('many silent hosts are one thing', () => {
  expect(of(['idle', 'silent', 'silent', 'silent'])).toEqual([
    'look',
    'The farm renders. Look at 1 thing:',
    '3 hosts are silent',
  ]);
});

it('a farm stands if no host takes jobs', () => {
  expect(of(['draining', 'silent'], { waiting: 1 }).slice(0, 2)).toEqual([
    'stands',
    'The farm stands. No host takes jobs. 1 job waits.',
  ]);
  expect(of([])).toEqual(['unknown', 'No host has registered yet.']);
});
