import { describe, expect, test } from 'vitest';
import {
  compareHosts,
  describeHost,
  type HostIdentity,
  type RecordedIdentity,
} from './host-identity.ts';

const MINE: HostIdentity = {
  hostId: 'host-1',
  machineId: 'machine-1',
  hardwareId: 'hardware-1',
  bootId: 'boot-2',
  pidNamespace: '4026531836',
};
const FACTS = ['hostId', 'machineId', 'hardwareId', 'bootId', 'pidNamespace'] as const;
/** This machine booted 5 s ago. The recorded host was last heard 60 s ago. */
const JUST_BOOTED = { uptimeMs: 5000, sinceHeardMs: 60_000 };
/** This machine has been up for an hour. The recorded host was last heard 60 s ago. */
const LONG_UP = { uptimeMs: 3_600_000, sinceHeardMs: 60_000 };

describe('the relation of a recorded host to this host', () => {
  const SET_BACK = { uptimeMs: 5000, sinceHeardMs: -60_000 };

  test.each<[string, Partial<RecordedIdentity>, typeof LONG_UP, string]>([
    ['every fact agrees', {}, LONG_UP, 'same'],
    ['only the boot and the host id are known', unknownBut('hostId', 'bootId'), LONG_UP, 'same'],
    ['nothing is known', unknownBut(), LONG_UP, 'same'],
    ['another host id', { hostId: 'host-2' }, JUST_BOOTED, 'other'],
    ['another machine id', { machineId: 'machine-2' }, LONG_UP, 'other'],
    ['another hardware id', { hardwareId: 'hardware-2' }, LONG_UP, 'other'],
    [
      'another hardware id and another boot',
      { hardwareId: 'hardware-2', bootId: 'boot-1' },
      JUST_BOOTED,
      'other',
    ],
    ['another PID namespace', { pidNamespace: '7' }, LONG_UP, 'otherNamespace'],
    [
      'another PID namespace, and the boot is not on record',
      { bootId: null, pidNamespace: '7' },
      LONG_UP,
      'otherNamespace',
    ],
    ['another boot', { bootId: 'boot-1' }, JUST_BOOTED, 'rebooted'],
    [
      'another boot; PID namespaces get new numbers with each boot',
      { bootId: 'boot-1', pidNamespace: '7' },
      JUST_BOOTED,
      'rebooted',
    ],
    [
      'another boot, and no other fact is known',
      { ...unknownBut(), bootId: 'boot-1' },
      JUST_BOOTED,
      'rebooted',
    ],
    [
      'another boot, but it was up while the other was heard',
      { bootId: 'boot-1' },
      LONG_UP,
      'other',
    ],
    ['another boot, and the database clock went back', { bootId: 'boot-1' }, SET_BACK, 'other'],
  ])('%s: %#', (_what, change, times, relation) => {
    // Each value of a case that is known is another one than here.
    const differs = FACTS.filter((fact) => (change[fact] ?? MINE[fact]) !== MINE[fact]);
    expect(compareHosts({ ...MINE, ...change }, MINE, times)).toMatchObject({ relation, differs });
  });

  test('a margin of one second allows for the time that a heartbeat needs', () => {
    const relationAt = (uptimeMs: number) =>
      compareHosts({ ...MINE, bootId: 'boot-1' }, MINE, { uptimeMs, sinceHeardMs: 60_000 })
        .relation;
    expect([60_000, 61_000, 61_001].map(relationAt)).toEqual(['rebooted', 'rebooted', 'other']);
  });

  test('a fact that this host cannot read contradicts nothing', () => {
    const blind = { ...MINE, machineId: null, hardwareId: null, pidNamespace: null };
    const recorded = { ...MINE, machineId: 'x', hardwareId: 'y', pidNamespace: 'z' };
    expect(compareHosts(recorded, blind, LONG_UP)).toMatchObject({ relation: 'same', differs: [] });
  });
});

describe('the sentence', () => {
  test.each<[string, Partial<RecordedIdentity>, typeof LONG_UP, string]>([
    ['same', {}, LONG_UP, 'It is the same host.'],
    ['rebooted', { bootId: 'boot-1' }, JUST_BOOTED, 'It is the same host, booted since.'],
    [
      'other host',
      { hostId: 'host-2', hardwareId: 'hardware-2' },
      LONG_UP,
      'The two differ in their host id (host-2, here host-1) and hardware id (hardware-2, here ' +
        'hardware-1).',
    ],
    [
      'clone',
      { bootId: 'boot-1' },
      LONG_UP,
      'The two differ in their boot id (boot-1, here boot-2), and this machine was already up ' +
        'when that one was last heard.',
    ],
    [
      'container',
      { pidNamespace: '7' },
      LONG_UP,
      'The two are containers of one machine, with their own PID namespace (7, here 4026531836): ' +
        'one does not see the processes of the other.',
    ],
  ])('%s: names the facts that differ, with both values', (_what, change, times, sentence) => {
    expect(compareHosts({ ...MINE, ...change }, MINE, times).sentence).toBe(sentence);
  });

  test('a host is described by the facts that are known', () => {
    expect(describeHost(MINE)).toBe(
      'host host-1 (machine id machine-1, hardware id hardware-1, boot id boot-2, ' +
        'PID namespace 4026531836)',
    );
    expect(describeHost(unknownBut('bootId'))).toBe('host of an older version (boot id boot-2)');
    expect(describeHost(unknownBut('hostId'))).toBe('host host-1');
  });
});

function unknownBut(...known: readonly (keyof HostIdentity)[]): RecordedIdentity {
  const of = (fact: keyof HostIdentity) => (known.includes(fact) ? MINE[fact] : null);
  return {
    hostId: of('hostId'),
    machineId: of('machineId'),
    hardwareId: of('hardwareId'),
    bootId: of('bootId'),
    pidNamespace: of('pidNamespace'),
  };
}
