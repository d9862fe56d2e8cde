import type { Command } from 'commander';
import { jsonOption } from './command-options.ts';
import type { Io, Perform } from './perform.ts';
import { readPassword } from './read-input.ts';

/**
 * `ctl password` changes the password of the signed-in user. RENDERDECK_PASSWORD is the present
 * password. The new one is read from stdin, because other users of the machine can read arguments.
 */
export function addPassword(program: Command, perform: Perform, { stdin, env }: Io): void {
  program
    .command('password')
    .description('change your own password; ends your other sessions')
    .requiredOption('--password-stdin', 'read the new password from stdin')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) =>
      perform(options, async (api) => {
        // Without RENDERDECK_PASSWORD a token has signed in, and the server refuses a token.
        const current = env.RENDERDECK_PASSWORD ?? 'none';
        const changed = await api.changePassword.mutate({
          current,
          next: await readPassword(stdin),
        });
        return { lines: ['Changed your password. Your other sessions have ended.'], json: changed };
      }),
    );
}
