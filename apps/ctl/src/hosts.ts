import type { DeclareHostGoneOutput, WireHost } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import type { Io, Perform } from './perform.ts';
import { readLine } from './read-input.ts';

type Gone = { readonly reason: string; readonly yes?: string; readonly json?: boolean };

/** `ctl hosts`: list the render hosts, declare one gone. */
export function addHosts(program: Command, perform: Perform, io: Io): void {
  const hosts = program.command('hosts').description('the render hosts of the farm');
  addList(hosts, perform);
  addGone(hosts, perform, io);
}

function addList(hosts: Command, perform: Perform): void {
  hosts
    .command('list')
    .description('list render hosts')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) =>
      perform(options, async (api) => {
        const listed = await api.listHosts.query();
        const head = ['NAME', 'STATE', 'LAST HEARD', 'JOBS', 'OPEN', 'GONE'];
        return { lines: formatTable(head, listed.hosts.map(rowOf), 'No hosts.'), json: listed };
      }),
    );
}

function addGone(hosts: Command, perform: Perform, io: Io): void {
  hosts
    .command('gone <name>')
    .description(
      'declare a host gone for ever: its open attempts count as ended, which nothing proves',
    )
    .requiredOption('--reason <text>', 'kept with the receipts and in the audit log')
    .option('--yes <name>', 'the name of the host again; asked for where it is not given')
    .addOption(jsonOption())
    .action((name: string, { reason, yes, json = false }: Gone) =>
      perform({ json }, async (api) => {
        const confirmName = yes ?? (await askForName(name, io));
        const answer = await api.declareHostGone.mutate({ name, confirmName, reason });
        return { lines: linesOf(answer), json: answer };
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

function rowOf({ name, state, lastHeardAt, jobs, openAttempts, gone }: WireHost): string[] {
  return [
    name,
    state,
    shortTime(lastHeardAt),
    String(jobs.length),
    openAttempts === 0 ? '-' : String(openAttempts),
    gone === null ? '-' : `${shortTime(gone.at)} by ${gone.by}: ${gone.reason}`,
  ];
}
