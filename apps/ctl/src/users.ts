import type { Role, WireAccount } from '@renderdeck/contract';
import { type Command, Option } from 'commander';
import { jsonOption, roleOption } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import type { Io, Perform } from './perform.ts';
import { readPassword } from './read-input.ts';

type Add = { role: Role; passwordStdin: true; json?: boolean };
type Set = { role?: Role; disable?: true; enable?: true; passwordStdin?: true; json?: boolean };

/**
 * `ctl users`: the users who may sign in. A password is read from stdin, because other users of the
 * machine can read arguments.
 */
export function addUsers(program: Command, perform: Perform, { stdin }: Io): void {
  const users = program.command('users').description('who may sign in');
  addAdd(users, perform, stdin);
  addList(users, perform);
  addSet(users, perform, stdin);
}

function addAdd(users: Command, perform: Perform, stdin: Io['stdin']): void {
  users
    .command('add <name>')
    .description('add a user')
    .addOption(roleOption().makeOptionMandatory())
    .requiredOption('--password-stdin', 'read the password from stdin')
    .addOption(jsonOption())
    .action((name: string, options: Add) =>
      perform(options, async (api) => {
        const added = await api.createUser.mutate({
          name,
          role: options.role,
          password: await readPassword(stdin),
        });
        return { lines: [`Added ${formatUser(added.user)}.`], json: added };
      }),
    );
}

function addList(users: Command, perform: Perform): void {
  users
    .command('list')
    .description('list users')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) =>
      perform(options, async (api) => {
        const listed = await api.listUsers.query();
        const rows = listed.users.map((user) => [
          user.name,
          user.role,
          user.disabled ? 'disabled' : 'enabled',
          String(user.sessions),
          shortTime(user.lastSeenAt),
        ]);
        return {
          lines: formatTable(['NAME', 'ROLE', 'STATE', 'SESSIONS', 'LAST SEEN'], rows, 'No users.'),
          json: listed,
        };
      }),
    );
}

function addSet(users: Command, perform: Perform, stdin: Io['stdin']): void {
  users
    .command('set <name>')
    .description('change a role or password, disable or enable; ends the sessions of the user')
    .addOption(roleOption())
    .addOption(new Option('--disable', 'may no longer sign in').conflicts('enable'))
    .option('--enable', 'may sign in again')
    .option('--password-stdin', 'read a new password from stdin')
    .addOption(jsonOption())
    .action(
      async (
        name: string,
        { role, disable, enable, passwordStdin, json = false }: Set,
        command: Command,
      ) => {
        if (!(role || disable || enable || passwordStdin))
          command.error(
            'error: nothing to set; give --role, --disable, --enable or --password-stdin',
          );
        await perform({ json }, async (api) => {
          const password = passwordStdin ? await readPassword(stdin) : undefined;
          const disabled = disable || enable ? disable === true : undefined;
          const set = await api.updateUser.mutate({ name, role, password, disabled });
          return { lines: [`Changed ${formatUser(set.user)}.`], json: set };
        });
      },
    );
}

function formatUser({ name, role, disabled }: WireAccount): string {
  return `${name}: ${role}${disabled ? ', disabled' : ''}`;
}
