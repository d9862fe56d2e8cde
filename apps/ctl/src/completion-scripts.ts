/*
 * A completion script for each shell. All of them work alike:
 *
 * 1. `path` is the longest command that the words before the cursor name: "" or " jobs list".
 * 2. After an option that takes a value, its known values are offered, or else files.
 * 3. Otherwise the commands below the path, its options, and files are offered.
 *
 * The scripts hold all words, so a shell completes without starting ctl.
 */

export type Word = { readonly word: string; readonly meaning: string };

export type CommandWords = {
  readonly path: readonly string[];
  /** Commands below it, and known values of its arguments. */
  readonly words: readonly Word[];
  readonly options: readonly Word[];
  /** The options that take a value, each with the known values. */
  readonly values: readonly {
    readonly names: readonly string[];
    readonly words: readonly Word[];
  }[];
};

type Write = (name: string, commands: readonly CommandWords[]) => string;

/** The script for each shell, for a program of this name. */
export const SHELLS = { bash, zsh, fish, powershell } as const satisfies Record<string, Write>;
export type Shell = keyof typeof SHELLS;

/** A command with a blank before each of its words. */
const pathOf = ({ path }: CommandWords) => path.map((word) => ` ${word}`).join('');
const plain = (words: readonly Word[]) => words.map(({ word }) => word).join(' ');

/** The lines of all commands, where `line` writes one of them. */
function each(commands: readonly CommandWords[], line: (command: CommandWords) => string): string {
  return commands.map(line).join('\n');
}

/** The lines of all options that take a value. `at`: the command, a blank, the option. */
function eachValue(
  commands: readonly CommandWords[],
  line: (at: readonly string[], words: readonly Word[]) => string,
): string {
  return commands
    .flatMap((command) =>
      command.values.map(({ names, words }) =>
        line(
          names.map((name) => `${pathOf(command)} ${name}`),
          words,
        ),
      ),
    )
    .join('\n');
}

const posix = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const known = (commands: readonly CommandWords[], quote: (text: string) => string, or: string) =>
  commands
    .filter(({ path }) => path.length > 0)
    .map((command) => quote(pathOf(command)))
    .join(or);

function bash(name: string, commands: readonly CommandWords[]): string {
  const words = each(commands, (one) => {
    const all = plain([...one.words, ...one.options]);
    return `    ${posix(pathOf(one))}) words=${posix(all)} ;;`;
  });
  const values = eachValue(
    commands,
    (at, known) => `    ${at.map(posix).join('|')}) words=${posix(plain(known))} ;;`,
  );
  return `# Completes ${name} in bash.
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local path= words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${known(commands, posix, '|')}) path="$path $word" ;;
    esac
  done
  case "$path" in
${words}
  esac
  case "$path $before" in
${values}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${name} ${name}
`;
}

function zsh(name: string, commands: readonly CommandWords[]): string {
  const item = ({ word, meaning }: Word) => posix(meaning === '' ? word : `${word}:${meaning}`);
  const list = (words: readonly Word[]) => `(${words.map(item).join(' ')})`;
  const words = each(commands, (one) => {
    const lists = `items=${list(one.words)}; flags=${list(one.options)}`;
    return `    ${posix(pathOf(one))}) ${lists} ;;`;
  });
  const values = eachValue(
    commands,
    (at, known) => `    ${at.map(posix).join('|')}) items=${list(known)}; flags=() ;;`,
  );
  return `#compdef ${name}
# Completes ${name} in zsh.
_${name}() {
  local at= word
  local -a items flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${known(commands, posix, '|')}) at="$at $word" ;;
    esac
  done
  case "$at" in
${words}
  esac
  case "$at \${words[CURRENT-1]}" in
${values}
  esac
  _describe 'word' items
  _describe -o 'option' flags
  (( \${#items} )) || _files
}
compdef _${name} ${name}
`;
}

function fish(name: string, commands: readonly CommandWords[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const list = (words: readonly Word[]) =>
    words.map(({ word, meaning }) => quote(`${word}\t${meaning}`)).join(' ');
  const words = each(commands, (one) =>
    [
      `    case ${quote(pathOf(one))}`,
      `      set items ${list(one.words)}`,
      `      set flags ${list(one.options)}`,
    ].join('\n'),
  );
  const values = eachValue(commands, (at, known) =>
    [
      `    case ${at.map(quote).join(' ')}`,
      `      set items ${list(known)}`,
      '      set flags',
    ].join('\n'),
  );
  return `# Completes ${name} in fish.
function __complete_${name}
  set -l at ''
  set -l items
  set -l flags
  set -l typed (commandline -opc)
  for word in $typed[2..-1]
    switch "$at $word"
      case ${known(commands, quote, ' ')}
        set at "$at $word"
    end
  end
  switch "$at"
${words}
  end
  switch "$at $typed[-1]"
${values}
  end
  test (count $items $flags) -gt 0; and printf '%s\\n' $items $flags
  test (count $items) -gt 0; or __fish_complete_path (commandline -ct)
end
complete -c ${name} -f -a '(__complete_${name})'
`;
}

function powershell(name: string, commands: readonly CommandWords[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const list = (words: readonly Word[]) => `@(${words.map(({ word }) => quote(word)).join(', ')})`;
  const words = each(
    commands,
    (one) => `    ${quote(pathOf(one))} = ${list([...one.words, ...one.options])}`,
  );
  const values = eachValue(commands, (at, known) =>
    at.map((one) => `    ${quote(one)} = ${list(known)}`).join('\n'),
  );
  return `# Completes ${name} in PowerShell.
Register-ArgumentCompleter -Native -CommandName ${name} -ScriptBlock {
  param($current, $line, $cursor)
  $words = @{
${words}
  }
  $values = @{
${values}
  }
  $path = ''
  $before = ''
  foreach ($element in $line.CommandElements | Select-Object -Skip 1) {
    if ($element.Extent.EndOffset -ge $cursor) { break }
    $before = $element.ToString()
    if ($words.ContainsKey("$path $before")) { $path = "$path $before" }
  }
  $offered = $words[$path]
  if ($values.ContainsKey("$path $before")) { $offered = $values["$path $before"] }
  $offered | Where-Object { $_ -like "$current*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}
