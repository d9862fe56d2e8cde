/*
 * `renderdeck`, the command of the npm package. It runs the program of a command in this process,
 * with the arguments that follow, so a supervisor's signals reach the program itself.
 *
 * Read first: commands.ts.
 */
import { fileURLToPath } from 'node:url';
import { callOf, VERSION_TEXT } from '@renderdeck/settings';
import { Command } from 'commander';
import { COMMANDS } from './commands.ts';

const program = new Command(callOf(''))
  .description(
    'The control desk of a nexrender render farm: stop a render, and know it is stopped.',
  )
  .version(VERSION_TEXT)
  .helpCommand(false)
  .addHelpText(
    'after',
    `\nBegin with \`${callOf('demo')}\`. Each command has its own --help.\n` +
      'Settings are environment variables.',
  );
for (const { name, does } of COMMANDS) program.command(name).description(does).usage('…');

const [name, ...args] = process.argv.slice(2);
const found = COMMANDS.find((command) => command.name === name);
if (found !== undefined) {
  const { program: url, isSubcommand } = found;
  // The program finds its own file and its own arguments, as if it had been started directly.
  process.argv.splice(1, process.argv.length, fileURLToPath(url));
  process.argv.push(...(isSubcommand ? [found.name] : []), ...args);
  await import(url.href);
} else if (name === undefined) {
  program.outputHelp();
} else {
  program.parse();
}
