import { joinCommand, type WireInvitation } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import type { Io, Perform } from './perform.ts';

type Invite = {
  readonly replace: boolean;
  readonly expiresMinutes?: number;
  readonly json?: boolean;
};

const ONLY_HERE =
  'Only this machine can join: the API has no RENDERDECK_HOST_DATABASE_URL, which names the ' +
  'database as other machines reach it.';

/**
 * `ctl hosts invite` makes a token with which a host joins. It prints only the command for that
 * host to stdout. `ctl hosts invitations` lists the open ones, `ctl hosts withdraw` ends one, and
 * `ctl hosts revoke` ends the login of a host.
 */
export function addInvitations(hosts: Command, perform: Perform, { printError }: Io): void {
  hosts
    .command('invite <name>')
    .description('let a host join: prints the command that a person runs there, once')
    .option('--replace', 'also if it has a login, which then gets a new password', false)
    .option('--expires-minutes <minutes>', '1 to 1440 (default: 60)', wholeNumber)
    .addOption(jsonOption())
    .action((name: string, { replace, expiresMinutes, json = false }: Invite) =>
      perform({ json }, async (api, url) => {
        const expiresInMinutes = expiresMinutes;
        const invited = await api.inviteHost.mutate({ name, replace, expiresInMinutes });
        const { token, expiresAt, fromElsewhere } = invited;
        const command = joinCommand(url, token);
        const until = shortTime(expiresAt);
        printError(`Run this once on ${name}, until ${until}. Nothing shows the token again.\n`);
        if (!fromElsewhere) printError(`${ONLY_HERE}\n`);
        return { lines: [command], json: { ...invited, command } };
      }),
    );
  addOpenInvitations(hosts, perform);
  hosts
    .command('revoke <name>')
    .description('end the login of a host at once, also of one that cannot leave by itself')
    .requiredOption('--reason <text>', 'kept in the audit log')
    .addOption(jsonOption())
    .action((name: string, { reason, json = false }: { reason: string; json?: boolean }) =>
      perform({ json }, async (api) => {
        const revoked = await api.revokeHostLogin.mutate({ name, reason });
        const { login } = revoked;
        const open = `If ${name} will not come back, declare it gone: ctl hosts gone ${name}`;
        return { lines: [`The login ${login} of ${name} has ended.`, open], json: revoked };
      }),
    );
}

function addOpenInvitations(hosts: Command, perform: Perform): void {
  hosts
    .command('invitations')
    .description('list the open invitations: a machine may still join with each of them')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) =>
      perform(options, async (api) => {
        const listed = await api.listInvitations.query();
        const head = ['NAME', 'INVITED BY', 'AT', 'UNTIL', 'REPLACES A LOGIN'];
        const rows = listed.invitations.map(rowOf);
        return { lines: formatTable(head, rows, 'No open invitations.'), json: listed };
      }),
    );
  hosts
    .command('withdraw <name>')
    .description('end the open invitation of a host; a host that has joined keeps its login')
    .addOption(jsonOption())
    .action((name: string, { json = false }: { json?: boolean }) =>
      perform({ json }, async (api) => {
        const answer = await api.withdrawInvitation.mutate({ name });
        const line = answer.changed
          ? `The invitation of ${name} has ended.`
          : `${name} had no open invitation.`;
        return { lines: [line], json: answer };
      }),
    );
}

function rowOf({ name, invitedBy, invitedAt, expiresAt, replace }: WireInvitation): string[] {
  const times = [shortTime(invitedAt), shortTime(expiresAt)];
  return [name, invitedBy, ...times, replace ? 'yes' : 'no'];
}
