import { randomBytes } from 'node:crypto';
import type { OperatorResult } from '@renderdeck/api/operator';
import { newPasswordSchema, userNameSchema } from '@renderdeck/contract';
import type { Command } from 'commander';
import { ctlDatabase } from './config.ts';
import { EXIT, type Io } from './perform.ts';
import { readPassword } from './read-input.ts';

type Options = { readonly passwordStdin?: true };
type Refuse = (code: number, text: string) => void;
type Act = (url: string, admin: Admin) => Promise<OperatorResult>;
type Admin = { readonly name: string; readonly password: string };

/**
 * `ctl admin` makes the first admin, or sets a new password when one is lost. It needs DATABASE_URL
 * and no server. stdout gets only a password that the command makes; stderr gets all other text.
 */
export function addAdmin(program: Command, io: Io, refuse: Refuse): void {
  const admin = program
    .command('admin')
    .description('make an admin, or give one a new password, in the database of DATABASE_URL');
  const add = (command: string, description: string, done: string, act: Act) =>
    admin
      .command(`${command} <name>`)
      .description(`${description}; prints only the password that it makes`)
      .option('--password-stdin', 'read the password from stdin and print none')
      .action((name: string, options: Options) => run(io, refuse, { name, done, act, ...options }));

  // Loaded here, so that every other command works without a driver for PostgreSQL.
  add('create', 'make an admin', 'Made the admin', async (url, made) => {
    const { createAdmin } = await import('@renderdeck/api/operator');
    return await createAdmin(url, made);
  });
  add('password', 'give an admin a new password', 'Changed the password of', async (url, set) => {
    const { setAdminPassword } = await import('@renderdeck/api/operator');
    return await setAdminPassword(url, set);
  });
}

async function run(
  io: Io,
  refuse: Refuse,
  { name, done, act, passwordStdin }: Options & { name: string; done: string; act: Act },
): Promise<void> {
  const read = ctlDatabase(io.env);
  if (!read.ok) return refuse(EXIT.usage, read.sentence);
  const password = passwordStdin
    ? await readPassword(io.stdin)
    : randomBytes(18).toString('base64url');
  for (const [schema, value] of [
    [userNameSchema, name],
    [newPasswordSchema, password],
  ] as const) {
    const { error } = schema.safeParse(value);
    if (error !== undefined) return refuse(EXIT.usage, String(error.issues[0]?.message));
  }
  const outcome = await act(read.databaseUrl, { name, password });
  if (!outcome.ok) return refuse(EXIT.refused, outcome.sentence);
  io.printError(
    passwordStdin ? `${done} ${name}.\n` : `${done} ${name}. The password, shown only once:\n`,
  );
  if (!passwordStdin) io.print(`${password}\n`);
}
