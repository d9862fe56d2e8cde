import type { Api } from '@renderdeck/client';
import {
  describeLostOutputs,
  describePlatform,
  describePreparation,
  describeScriptReach,
  describeSize,
  describeVersions,
  explainSession,
  type ListHostsOutput,
  type WireHost,
} from '@renderdeck/contract';
import type { Command } from 'commander';
import { z } from 'zod';
import { jsonOption } from './command-options.ts';
import { shortMs } from './format-table.ts';
import type { Perform } from './perform.ts';

type Check = { readonly state: 'ok' | 'warn' | 'FAIL'; readonly text: string };

const SKEW_MS = 5000;
const readiness = z.object({
  status: z.string(),
  detail: z.string().default(''),
  warning: z.string().nullable().default(null),
});

/** `ctl doctor` checks the API and each host. It fails only if the farm cannot work. */
export function addDoctor(program: Command, perform: Perform): void {
  program
    .command('doctor')
    .description('check the server, who you are, and each render host')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) =>
      perform(options, async (api, url) => {
        const me = await api.me.query();
        const skewMs = Math.abs(Date.parse(me.serverTime) - Date.now());
        const { hosts, database } = await api.listHosts.query();
        const checks: Check[] = [
          { state: 'ok', text: `reached ${url}` },
          { state: 'ok', text: `signed in as ${me.user.name} (${me.user.role})` },
          ...(await checkReadiness(url)),
          ...(skewMs > SKEW_MS
            ? [
                {
                  state: 'warn',
                  text: `this clock and the server's differ by ${shortMs(skewMs)}`,
                } as const,
              ]
            : []),
          ...checkSize(database),
          ...(me.can.access ? await checkNames(api) : []),
          ...(hosts.length === 0
            ? [{ state: 'FAIL', text: 'no render host: start a worker' } as const]
            : [
                ...checkVersions(me.serverVersion, hosts),
                checkLogins(hosts),
                ...hosts.map((host) => checkHost(host, me.serverTime)),
              ]),
        ];
        const failed = checks.filter(({ state }) => state === 'FAIL');
        return {
          lines: checks.map(({ state, text }) => `${state.padEnd(4)}  ${text}`),
          json: { url, user: me.user, checks, hosts },
          problem:
            failed.length === 0 ? null : `unwell: ${failed.map(({ text }) => text).join('; ')}.`,
        };
      }),
    );
}

async function checkReadiness(url: string): Promise<readonly Check[]> {
  const answer = await fetch(`${url}/readyz`);
  const read = readiness.safeParse(await answer.json().catch(() => null));
  const warning = read.data?.warning ?? null;
  if (answer.ok)
    return [
      { state: 'ok', text: 'database and listener are up' },
      ...(warning === null ? [] : [{ state: 'warn', text: warning } as const]),
    ];
  // The API has answered the calls before, so the database is up.
  if (answer.status === 404)
    return [{ state: 'ok', text: 'the database is up; the proxy hides /readyz' }];
  const text = read.data?.detail || `the server is not ready (${answer.status})`;
  return [{ state: 'FAIL', text }];
}

/** Warns if PostgreSQL is too small for this farm. */
function checkSize(database: ListHostsOutput['database']): readonly Check[] {
  if (database === undefined) return [];
  const { line, warnings } = describeSize(database);
  return warnings.length === 0
    ? [{ state: 'ok', text: line }]
    : warnings.map((text) => ({ state: 'warn', text }));
}

/** Warns about a user and a token with the same name, which an earlier version allowed. */
async function checkNames(api: Api): Promise<Check[]> {
  const [{ users }, { tokens }] = await Promise.all([
    api.listUsers.query(),
    api.listTokens.query(),
  ]);
  const names = new Set(users.map(({ name }) => name.toLowerCase()));
  const shared = tokens.filter(
    ({ name, revokedAt }) => revokedAt === null && names.has(name.toLowerCase()),
  );
  if (shared.length === 0) return [];
  const text =
    `a user and a token have the same name: ${shared.map(({ name }) => name).join(', ')} — ` +
    'make a token with another name for the program, then revoke the old one';
  return [{ state: 'warn', text }];
}

function checkVersions(serverVersion: string, hosts: readonly WireHost[]): readonly Check[] {
  const text = describeVersions(serverVersion, hosts);
  return text === null ? [] : [{ state: 'warn', text }];
}

/** Warns if several hosts share a database login. */
function checkLogins(hosts: readonly WireHost[]): Check {
  const shared = hosts.filter(({ databaseLogin }) => databaseLogin === null);
  if (shared.length === 0)
    return { state: 'ok', text: 'each host has a database login of its own' };
  const names = shared.map(({ name }) => name).join(', ');
  const text =
    `no database login of its own: ${names} — anybody with the shared password can read and ` +
    'change the attempts and secrets of every host; `ctl hosts add NAME` prints the SQL that ' +
    'makes one';
  return { state: hosts.length === 1 ? 'ok' : 'warn', text };
}

/**
 * Warns about a host that is silent, takes no job, renders with a stand-in, has no container for
 * its trees, runs in session 0 of Windows, or renders as the worker's own user.
 */
function checkHost(host: WireHost, now: string): Check {
  const silentMs = Math.max(0, Date.parse(now) - Date.parse(host.lastHeardAt));
  const warnings = [
    ...(host.state === 'silent' || host.state === 'stopped' ? [host.state] : []),
    ...(host.problem === null ? [] : [`takes no job: ${host.problem}`]),
    ...(host.standIn ? ['renders with a stand-in, not with After Effects'] : []),
    ...(host.container === 'none'
      ? ['nothing holds its process trees: a stop is proven only by scans']
      : []),
    ...(hasOpen(host.preparation)
      ? [`worker prepare: ${describePreparation(host)}, see \`ctl hosts report ${host.name}\``]
      : []),
    ...(hasOpen(host.killTest)
      ? [`worker selftest-kill did not end every program, see \`ctl hosts report ${host.name}\``]
      : []),
    ...describeLostOutputs(host),
    ...[explainSession(host)].filter((sentence) => sentence !== null),
    ...(host.renderUser === null ? [describeScriptReach(host)] : []),
  ];
  const facts = [
    `host ${host.name}: ${host.state}`,
    `${host.jobs.length} of ${host.slots} slots busy`,
    ...(host.tags.length === 0 ? [] : [`offers ${host.tags.join(' ')}`]),
    `last heard ${shortMs(silentMs)} ago`,
    host.renderer,
    `container ${host.container}`,
    describePlatform(host),
    ...(host.renderUser === null ? [] : [`renders as ${host.renderUser}`]),
  ].join(', ');
  return warnings.length === 0
    ? { state: 'ok', text: facts }
    : { state: 'warn', text: `${facts} — ${warnings.join('; ')}` };
}

function hasOpen(report: WireHost['preparation']): boolean {
  return report?.findings.some(({ state }) => state === 'todo') ?? false;
}
