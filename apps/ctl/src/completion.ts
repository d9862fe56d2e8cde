import { callOf } from '@renderdeck/settings';
import { Argument, type Command } from 'commander';
import { type CommandWords, SHELLS, type Shell, type Word } from './completion-scripts.ts';

/** The name that the scripts complete. */
const NAME = 'ctl';
const HELP = `
The script completes the name ctl. In bash and zsh, this makes that name:
  ctl() { ${callOf('ctl')} "$@"; }

Load the script in each new shell, below that name:
  bash        echo 'source <(ctl completion bash)' >> ~/.bashrc
  zsh         echo 'source <(ctl completion zsh)' >> ~/.zshrc, below compinit
  fish        ctl completion fish > ~/.config/fish/completions/ctl.fish
  powershell  ctl completion powershell >> $PROFILE`;

/** `ctl completion` prints a script with which a shell completes commands, options and values. */
export function addCompletion(program: Command, print: (text: string) => void): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
    .description('print a script that completes commands and options in a shell')
    .addHelpText('after', HELP)
    .action((shell: Shell) => print(SHELLS[shell](NAME, listCommands(program))));
}

/** Each command below this one and itself, with the words that may follow it. */
function listCommands(command: Command, path: readonly string[] = []): CommandWords[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const options = help.visibleOptions(command);
  return [
    {
      path,
      words: [
        ...below.map((one) => ({ word: one.name(), meaning: one.description() })),
        ...command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices.map(asWord)),
      ],
      options: options.flatMap(({ long, description }) =>
        long ? [{ word: long, meaning: description }] : [],
      ),
      values: options
        .filter(({ required, optional }) => required || optional)
        .map(({ long, short, argChoices = [] }) => ({
          names: [long, short].filter((name) => name != null),
          words: argChoices.map(asWord),
        })),
    },
    ...below.flatMap((one) => listCommands(one, [...path, one.name()])),
  ];
}

const asWord = (word: string): Word => ({ word, meaning: '' });
