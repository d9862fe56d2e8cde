import { describe, expect, test } from 'vitest';
import { LATER } from '../test/a-job.ts';
import type { JudgedHost } from './bound-host.ts';
import type { HostIdentity } from './host-identity.ts';
import { canSeeDaemon, decideRegistration, isDaemonAlive } from './host-registration.ts';

const MINE: HostIdentity = {
  hostId: 'mine',
  machineId: 'machine-1',
  hardwareId: null,
  bootId: 'boot-2',
  pidNamespace: '7',
};
const HOUR_MS = 3_600_000;
/** Shorter than the time since the bound host was last heard, so a reboot is possible. */
const JUST_BOOTED_MS = 5000;

/**
 * The host that owns the name. Without changes it is silent, has no open attempt and is this host.
 */
function bound(change: Partial<JudgedHost> = {}, identity: Partial<HostIdentity> = {}): JudgedHost {
  return {
    name: 'render-01',
    hostId: 'mine',
    identity: { ...MINE, ...identity },
    bootId: identity.bootId ?? 'boot-2',
    pid: 4711,
    startToken: '77',
    lastHeardAt: LATER,
    sinceHeardMs: 60_000,
    isWithinLease: false,
    stoppedAt: null,
    releasedAt: null,
    openAttempts: 0,
    isAlive: false,
    ...change,
  };
}
const IDENTITIES = {
  same: {},
  rebooted: { bootId: 'boot-1' },
  otherNamespace: { pidNamespace: '8' },
  other: { hostId: 'theirs' },
} as const;
const alive = { isAlive: true, isWithinLease: true };
const open = { openAttempts: 2 };
const handedOver = { releasedAt: LATER };

const TAKEN = ['taken', 'taken', 'taken', 'taken'] as const;
const REFUSED = ['refused', 'refused', 'refused', 'refused'] as const;
const ONLY_OWN = ['taken', 'taken', 'refused', 'refused'] as const;

describe('a name', () => {
  test('that is new is free', () => {
    expect(decideRegistration(MINE, HOUR_MS, null, [])).toEqual({ ok: true, relation: null });
  });

  test.each([
    ['silent, no open attempt', {}, TAKEN],
    ['alive', alive, REFUSED],
    ['alive, handed over earlier', { ...alive, ...handedOver }, REFUSED],
    ['silent, open attempts', open, ONLY_OWN],
    ['stopped, open attempts', { ...open, stoppedAt: LATER }, ONLY_OWN],
    ['silent, open attempts, handed over', { ...open, ...handedOver }, TAKEN],
  ] as const)(
    'whose host is %s: same, rebooted, other namespace, other',
    (_what, change, verdicts) => {
      const decided = Object.entries(IDENTITIES).map(([relation, identity]) => {
        const decision = decideRegistration(MINE, JUST_BOOTED_MS, bound(change, identity), []);
        if (decision.ok) expect(decision.relation).toBe(relation);
        return decision.ok ? 'taken' : 'refused';
      });
      expect(decided).toEqual(verdicts);
    },
  );

  test('is refused to a clone that was up while the bound host was heard', () => {
    const clone = bound(open, IDENTITIES.rebooted);
    expect(decideRegistration(MINE, HOUR_MS, clone, [])).toMatchObject({ ok: false });
  });

  test('is compared by the boot id alone if its row is of an older version', () => {
    const old = bound({ hostId: null, identity: null, bootId: 'boot-2', ...open });
    expect(decideRegistration(MINE, HOUR_MS, old, [])).toEqual({ ok: true, relation: 'same' });
    expect(decideRegistration(MINE, HOUR_MS, { ...old, bootId: 'boot-1' }, [])).toMatchObject({
      ok: false,
    });
  });

  test('is refused while a host of another name uses the same host id', () => {
    const copy = { ...bound(alive, { bootId: 'boot-9' }), name: 'render-02' };
    expect(decideRegistration(MINE, HOUR_MS, null, [copy])).toMatchObject({ ok: false });
    expect(decideRegistration(MINE, HOUR_MS, null, [{ ...copy, isAlive: false }])).toMatchObject({
      ok: true,
    });
  });
});

describe('a refusal names both hosts and says what to do', () => {
  const sentenceOf = (held: JudgedHost, sameId: readonly JudgedHost[] = []) => {
    const decision = decideRegistration(MINE, HOUR_MS, held, sameId);
    return decision.ok || decision.rejection.code !== 'nameHeld'
      ? null
      : decision.rejection.sentence;
  };
  const at = LATER.toISOString();

  test('a second worker of one host', () => {
    expect(sentenceOf(bound(alive))).toBe(
      `A worker named render-01 runs already (process 4711, last heard ${at}); stop it, or set ` +
        'RENDERDECK_WORKER_NAME to a name of its own.',
    );
  });

  test('another host that was heard', () => {
    expect(sentenceOf(bound(alive, IDENTITIES.otherNamespace))).toBe(
      'The name render-01 belongs to host mine (machine id machine-1, boot id boot-2, PID ' +
        `namespace 8), which was heard within its lease (process 4711, last heard ${at}). This ` +
        'is host mine (machine id machine-1, boot id boot-2, PID namespace 7). The two are ' +
        'containers of one machine, with their own PID namespace (8, here 7): one does not see ' +
        'the processes of the other. Stop that worker, wait for the end of its lease, or set ' +
        'RENDERDECK_WORKER_NAME to a name of its own.',
    );
  });

  test('another host with open attempts', () => {
    expect(sentenceOf(bound(open, IDENTITIES.other))).toBe(
      'The name render-01 belongs to host theirs (machine id machine-1, boot id boot-2, PID ' +
        `namespace 7) (process 4711, last heard ${at}), and the end of 2 of its attempts is not ` +
        'proven. This is host mine (machine id machine-1, boot id boot-2, PID namespace 7). The ' +
        'two differ in their host id (theirs, here mine). Start the worker there again. If it ' +
        'will not come back, declare it gone ("ctl hosts gone render-01") or hand the name over ' +
        '("ctl hosts release render-01"); or set RENDERDECK_WORKER_NAME to a name of its own.',
    );
  });

  test('a copied host id', () => {
    const copy = { ...bound(alive, { bootId: 'boot-9' }), name: 'render-02' };
    expect(sentenceOf(bound(), [copy])).toBe(
      `The host id mine is in use by render-02 (process 4711, last heard ${at}), host mine ` +
        '(machine id machine-1, boot id boot-9, PID namespace 7). This is host mine (machine id ' +
        'machine-1, boot id boot-2, PID namespace 7). Either this scratch root is shared or it ' +
        'is a copy. Stop that worker; in a copy, delete the file .host/host.json in the scratch ' +
        'root, so that this host makes an id of its own.',
    );
  });
});

describe('this host can see in its process table whether the recorded daemon runs', () => {
  test.each([
    ['of the same boot and namespace', bound(), true],
    ['not of another namespace', bound({}, IDENTITIES.otherNamespace), false],
    ['not where its namespace is unknown', bound({}, { pidNamespace: null }), false],
    ['not of another boot', bound({}, IDENTITIES.rebooted), false],
    ['not of another host', bound({}, IDENTITIES.other), false],
    ['not of a row of an older version', bound({ identity: null }), false],
  ])('%s', (_what, other, seen) => {
    expect(canSeeDaemon(other, MINE, JUST_BOOTED_MS)).toBe(seen);
  });
});

test.each([
  // signed off, within its lease, running by the process table, alive
  [LATER, true, true, false],
  [null, false, true, true],
  [null, true, false, false],
  [null, true, null, true],
  [null, false, null, false],
] as const)(
  'a daemon that signed off %s, is within its lease %s and is seen running %s, is alive: %s',
  (stoppedAt, isWithinLease, isRunning, isAlive) => {
    expect(isDaemonAlive(bound({ stoppedAt, isWithinLease }), isRunning)).toBe(isAlive);
  },
);
