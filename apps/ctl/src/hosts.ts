import {
  type CheckHostOutput,
  type DeclareHostGoneOutput,
  describeKillTest,
  describeLostOutputs,
  describePreparation,
  explainDrain,
  explainSession,
  type WireHost,
} from '@renderdeck/contract';
import type { Command } from 'commander';
import { addAddHost } from './add-host.ts';
import { jsonOption, wholeNumber } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import { addInvitations } from './host-invitations.ts';
import { addReport } from './host-reports.ts';
import type { Io, Perform } from './perform.ts';
import { readLine } from './read-input.ts';

type Gone = { readonly reason: string; readonly yes?: string; readonly json?: boolean };

/**
 * `ctl hosts`: invites a host or gives it a login, lists the hosts, checks one, drains one, shows
 * its reports, declares it gone, hands a name over, and ends a login.
 */
export function addHosts(program: Command, perform: Perform, io: Io): void {
  const hosts = program.command('hosts').description('the render hosts of the farm');
  addAddHost(hosts, io);
  addInvitations(hosts, perform, io);
  addList(hosts, perform);
  addCheck(hosts, perform);
  addReport(hosts, perform);
  addDrain(hosts, perform);
  addGone(hosts, perform, io);
  addHandOver(hosts, perform);
}

function addList(hosts: Command, perform: Perform): void {
  hosts
    .command('list')
    .description('list render hosts')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) =>
      perform(options, async (api) => {
        const listed = await api.listHosts.query();
        const head = [
          'NAME',
          'STATE',
          'LAST HEARD',
          'JOBS',
          'TAGS',
          'OPEN',
          'OPEN STOPS',
          'LAST 24 H',
          'PREPARED',
          'KILL TEST',
          'RENDERS AS',
          'HOST ID',
          'ADMIN SAID',
        ];
        const table = formatTable(head, listed.hosts.map(rowOf), 'No hosts.');
        return { lines: [...table, ...listed.hosts.flatMap(problemOf)], json: listed };
      }),
    );
}

function addCheck(hosts: Command, perform: Perform): void {
  hosts
    .command('check <name>')
    .description('let a host check itself; a paused host takes jobs again when the check holds')
    .option(
      '--wait-ms <ms>',
      'how long to wait for its answer, at most 300000 (default: 60000)',
      wholeNumber,
    )
    .addOption(jsonOption())
    .action((name: string, { waitMs, json = false }: { waitMs?: number; json?: boolean }) =>
      perform({ json }, async (api) => {
        const answer = await api.checkHost.mutate({ name, waitMs });
        return { lines: linesOfCheck(answer), json: answer, problem: problemOfCheck(answer) };
      }),
    );
}

function linesOfCheck({ host: { name, check }, finished }: CheckHostOutput): string[] {
  if (!finished || check === null) return [];
  const words = (ok: boolean | null) => (ok === null ? 'not known' : ok ? 'holds' : 'FAILS');
  const head = check.held ? `${name} can render.` : `${name} cannot render.`;
  return [
    head,
    ...check.parts.map(({ name: part, ok, sentence }) => {
      return `  ${part.padEnd(14)} ${words(ok).padEnd(9)} ${sentence}`;
    }),
  ];
}

function problemOfCheck({ host: { name, check }, finished }: CheckHostOutput): string | null {
  if (!finished) return `${name} has not finished its check yet; the check goes on.`;
  return check?.held === true ? null : `the check of ${name} does not hold`;
}

function addDrain(hosts: Command, perform: Perform): void {
  hosts
    .command('drain <name>')
    .description('drain a host before its maintenance: it ends its jobs and takes no more')
    .option('--reason <text>', 'shown with the host and kept in the audit log')
    .addOption(jsonOption())
    .action((name: string, { reason, json = false }: { reason?: string; json?: boolean }) =>
      perform({ json }, async (api) => {
        const answer = await api.drainHost.mutate({ name, reason });
        const { host, changed } = answer;
        const { drain, jobs } = host;
        const head = changed ? `${name} is drained.` : `${name} was drained already.`;
        const since = drain === null ? [] : [`  since      ${shortTime(drain.at)} by ${drain.by}`];
        const open = jobs.map((job) => `  renders    ${job.name} (${job.id})`);
        return { lines: [head, ...since, ...open], json: answer };
      }),
    );
  hosts
    .command('resume <name>')
    .description('let a drained host take jobs again')
    .addOption(jsonOption())
    .action((name: string, { json = false }: { json?: boolean }) =>
      perform({ json }, async (api) => {
        const answer = await api.resumeHost.mutate({ name });
        const says = answer.changed ? 'takes jobs again' : 'was not drained';
        return { lines: [`${name} ${says}.`], json: answer };
      }),
    );
}

function addGone(hosts: Command, perform: Perform, io: Io): void {
  hosts
    .command('gone <name>')
    .description('declare a host gone for ever: its open attempts count as ended, without a proof')
    .requiredOption('--reason <text>', 'kept with the receipts and in the audit log')
    .option('--yes <name>', 'the name of the host again; without it, ctl asks for the name')
    .addOption(jsonOption())
    .action((name: string, { reason, yes, json = false }: Gone) =>
      perform({ json }, async (api) => {
        const confirmName = yes ?? (await askForName(name, io));
        const answer = await api.declareHostGone.mutate({ name, confirmName, reason });
        return { lines: linesOf(answer), json: answer };
      }),
    );
}

function addHandOver(hosts: Command, perform: Perform): void {
  hosts
    .command('release <name>')
    .description('hand a name over: the next host that registers with it may take it')
    .requiredOption('--reason <text>', 'kept with the open attempts and in the audit log')
    .addOption(jsonOption())
    .action((name: string, { reason, json = false }: Omit<Gone, 'yes'>) =>
      perform({ json }, async (api) => {
        const answer = await api.releaseHost.mutate({ name, reason });
        const { host } = answer;
        const open =
          host.openAttempts === 0
            ? []
            : [
                `  open       ${host.openAttempts} attempts; only host ${host.hostId} can prove ` +
                  'their end',
              ];
        const head = `${host.name} is handed over: the next host that registers may take it.`;
        const login =
          host.databaseLogin === null || host.loginEnded
            ? []
            : [
                `  login      ${host.databaseLogin} keeps the name; give it to another one with ` +
                  `"ctl hosts add ${host.name}"`,
              ];
        return { lines: [head, ...open, ...login], json: answer };
      }),
    );
}

async function askForName(name: string, { stdin, printError }: Io): Promise<string> {
  printError(
    `Nothing will prove that the open attempts of ${name} have ended. ` +
      'Type its name to declare it gone: ',
  );
  return await readLine(stdin);
}

function linesOf({ host, declared }: DeclareHostGoneOutput): string[] {
  const head =
    host.gone === null
      ? `${host.name} is heard; attempts that it cannot prove count as ended.`
      : `${host.name} is declared gone.`;
  return [
    head,
    ...declared.map(({ jobId, number }) => `  declared   attempt ${number} of ${jobId}`),
  ];
}

function rowOf(host: WireHost): string[] {
  const { name, state, lastHeardAt, jobs, openAttempts, openStops, today } = host;
  const { renderUser, hostId, tags } = host;
  return [
    name,
    state,
    shortTime(lastHeardAt),
    String(jobs.length),
    tags.length === 0 ? '-' : tags.join(),
    openAttempts === 0 ? '-' : String(openAttempts),
    openStops === 0 ? '-' : String(openStops),
    `${today.done} done, ${today.failed} failed, ${today.stopped} stopped`,
    describePreparation(host),
    describeKillTest(host),
    renderUser ?? 'the worker',
    hostId ?? '-',
    describeDeclaration(host),
  ];
}

/** Lines below the table that say why a host takes no job, or may fail at a job. */
function problemOf(host: WireHost): string[] {
  const drain = host.drain === null ? null : explainDrain(host.drain);
  const known = [drain, host.problem, explainSession(host), ...describeLostOutputs(host)].filter(
    (sentence) => sentence !== null,
  );
  return known.map((sentence) => `${host.name}: ${sentence}`);
}

/** The declaration of an admin about the host, until the host is heard again. */
function describeDeclaration({ gone, released }: WireHost): string {
  const said = [
    gone === null ? [] : [`gone ${shortTime(gone.at)} by ${gone.by}: ${gone.reason}`],
    released === null ? [] : [`handed over ${shortTime(released.at)} by ${released.by}`],
  ].flat();
  return said.length === 0 ? '-' : said.join('; ');
}
