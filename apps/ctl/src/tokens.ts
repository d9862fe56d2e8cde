import type { Role, WireToken } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, roleOption, wholeNumber } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import type { Perform } from './perform.ts';

type Add = { role: Role; expiresDays?: number; json?: boolean };

/** `ctl tokens`: how programs sign in. */
export function addTokens(program: Command, perform: Perform): void {
  const tokens = program.command('tokens').description('tokens for programs');

  tokens
    .command('add <name>')
    .description('make a token; prints only its secret, which cannot be shown again')
    .addOption(roleOption().makeOptionMandatory())
    .option('--expires-days <days>', 'days until it expires (default: never)', wholeNumber)
    .addOption(jsonOption())
    .action((name: string, options: Add) =>
      perform(options, async (api) => {
        const made = await api.createToken.mutate({
          name,
          role: options.role,
          expiresInDays: options.expiresDays,
        });
        return { lines: [made.secret], json: made };
      }),
    );

  tokens
    .command('list')
    .description('list tokens')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) =>
      perform(options, async (api) => {
        const listed = await api.listTokens.query();
        const rows = listed.tokens.map((token) => [
          token.name,
          token.role,
          stateOf(token, Date.now()),
          token.createdBy,
          shortTime(token.createdAt),
          shortTime(token.expiresAt),
          shortTime(token.lastUsedAt),
        ]);
        const head = ['NAME', 'ROLE', 'STATE', 'MADE BY', 'MADE', 'EXPIRES', 'LAST USED'];
        return { lines: formatTable(head, rows, 'No tokens.'), json: listed };
      }),
    );

  tokens
    .command('revoke <name>')
    .description('end a token at once')
    .addOption(jsonOption())
    .action((name: string, options: { json?: boolean }) =>
      perform(options, async (api) => {
        const revoked = await api.revokeToken.mutate({ name });
        return { lines: [`Revoked ${revoked.token.name}.`], json: revoked };
      }),
    );
}

function stateOf({ revokedAt, expiresAt }: WireToken, now: number): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'valid';
}
