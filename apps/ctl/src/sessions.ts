import type { Command } from 'commander';
import { jsonOption } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import type { Perform } from './perform.ts';

type Json = { json?: boolean };

/** `ctl sessions`: the users who are signed in. */
export function addSessions(program: Command, perform: Perform): void {
  const sessions = program.command('sessions').description('who is signed in');

  sessions
    .command('list')
    .description('list open sessions, with the session of this command')
    .addOption(jsonOption())
    .action((options: Json) =>
      perform(options, async (api) => {
        const listed = await api.listSessions.query();
        const rows = listed.sessions.map((session) => [
          session.id,
          session.user,
          session.address ?? '-',
          shortTime(session.createdAt),
          shortTime(session.lastSeenAt),
          shortTime(session.expiresAt),
        ]);
        const head = ['ID', 'USER', 'FROM', 'SINCE', 'LAST SEEN', 'ENDS'];
        return { lines: formatTable(head, rows, 'No sessions.'), json: listed };
      }),
    );

  sessions
    .command('end <id>')
    .description('end a session at once')
    .addOption(jsonOption())
    .action((id: string, options: Json) =>
      perform(options, async (api) => {
        const ended = await api.revokeSession.mutate({ id });
        return { lines: [`Ended the session ${id}.`], json: ended };
      }),
    );
}
