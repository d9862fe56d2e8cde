import { expect, test } from 'vitest';
import { ACTIONS, type Action } from './actions.ts';
import { type Actor, isAllowed } from './actor.ts';
import { ROLES } from './role.ts';

const ACTORS: readonly (readonly [string, Actor])[] = [
  ['anonymous', { kind: 'anonymous', name: '' }],
  ...ROLES.map((role) => [role, { kind: 'user', id: '1', name: role, role }] as const),
  ['admin token', { kind: 'token', id: '2', name: 'script', role: 'admin' }],
  ['worker', { kind: 'worker', name: 'render-01' }],
  ['system', { kind: 'system', name: 'renderdeck' }],
];
const ACTS = Object.keys(ACTIONS).filter((act): act is Action => act in ACTIONS);

/** Long because: its snapshot has a line for each action. */
test('every act × every actor', () => {
  const line = (head: string, cells: readonly string[]) =>
    [head.padEnd(17), ...cells.map((cell) => cell.padEnd(12))].join('').trimEnd();
  const rows = ACTS.map((act) =>
    line(
      act,
      ACTORS.map(([, actor]) => (isAllowed(actor, act) ? 'yes' : '-')),
    ),
  );
  expect(
    `\n${[
      line(
        '',
        ACTORS.map(([name]) => name),
      ),
      ...rows,
    ].join('\n')}\n`,
  ).toMatchInlineSnapshot(`
    "
                     anonymous   viewer      submitter   admin       admin token worker      system
    login            yes         yes         yes         yes         yes         yes         yes
    logout           yes         yes         yes         yes         yes         yes         yes
    submitJob        -           -           yes         yes         yes         -           -
    resubmitJob      -           -           yes         yes         yes         -           -
    cancelJob        -           -           -           yes         yes         -           -
    setPriority      -           -           -           yes         yes         -           -
    checkHost        -           -           -           yes         yes         -           -
    declareHostGone  -           -           -           yes         yes         -           -
    releaseHost      -           -           -           yes         yes         -           -
    createUser       -           -           -           yes         yes         -           -
    updateUser       -           -           -           yes         yes         -           -
    createToken      -           -           -           yes         yes         -           -
    revokeToken      -           -           -           yes         yes         -           -
    revokeSession    -           -           -           yes         yes         -           -
    changePassword   -           yes         yes         yes         yes         -           -
    createWebhook    -           -           -           yes         yes         -           -
    updateWebhook    -           -           -           yes         yes         -           -
    deleteWebhook    -           -           -           yes         yes         -           -
    testWebhook      -           -           -           yes         yes         -           -
    redeliver        -           -           -           yes         yes         -           -
    me               -           yes         yes         yes         yes         -           -
    listJobs         -           yes         yes         yes         yes         -           -
    getJob           -           yes         yes         yes         yes         -           -
    listJobChanges   -           yes         yes         yes         yes         -           -
    getReceipt       -           yes         yes         yes         yes         -           -
    listReasons      -           -           -           yes         yes         -           -
    listHosts        -           yes         yes         yes         yes         -           -
    getMeasures      -           yes         yes         yes         yes         -           -
    getAttemptLog    -           yes         yes         yes         yes         -           -
    getLogText       -           yes         yes         yes         yes         -           -
    getAttemptUsage  -           yes         yes         yes         yes         -           -
    onJobChange      -           yes         yes         yes         yes         -           -
    onAttemptLog     -           yes         yes         yes         yes         -           -
    onHostChange     -           yes         yes         yes         yes         -           -
    previewSubmit    -           -           yes         yes         yes         -           -
    previewPriority  -           yes         yes         yes         yes         -           -
    listAudit        -           yes         yes         yes         yes         -           -
    verifyAudit      -           -           -           yes         yes         -           -
    listUsers        -           -           -           yes         yes         -           -
    listTokens       -           -           -           yes         yes         -           -
    listSessions     -           -           -           yes         yes         -           -
    listWebhooks     -           -           -           yes         yes         -           -
    listDeliveries   -           -           -           yes         yes         -           -
    "
  `);
});
