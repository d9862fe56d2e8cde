/*
 * The scripts of `ctl completion`, each run by its shell. A shell that is not installed is skipped.
 * PowerShell is not among them.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { execa, execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { runAlone } from './serve-api.ts';

/** Prints what the shell offers for the words, one on a line. `$1` is the script. */
const OFFER = {
  bash: `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ctl
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: `compdef() { :; }; _files() { print FILES; }
    _describe() { for one in "\${(@P)argv[-1]}"; do print -r -- "\${one%%:*}"; done; }
    source "$1"; shift; words=("$@"); CURRENT=$#; _ctl`,
  fish: `source $argv[2]; complete -C "$argv[3..]" | string split -f 1 \\t; true`,
};
type Shell = keyof typeof OFFER;

const folder = folderOfFile('completion');

const isMissing = (shell: string) => execaSync(shell, ['-c', 'true'], { reject: false }).failed;

async function printScript(shell: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runAlone(['completion', shell]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout;
}

describe.each<Shell>(['bash', 'zsh', 'fish'])('%s', (shell) => {
  test.skipIf(isMissing(shell)).each([
    [
      ['ctl', ''],
      ['jobs', 'hosts', 'completion'],
    ],
    [['ctl', 'jobs', 'su'], ['submit']],
    [['ctl', 'jobs', 'list', '--st'], ['--status']],
    [['ctl', 'jobs', 'list', '--host', 'jobs', '--js'], ['--json']],
    [
      ['ctl', 'jobs', 'list', '--status', 'CANC'],
      ['CANCELLING', 'CANCELLED'],
    ],
    [['ctl', 'completion', 'z'], ['zsh']],
  ])('%j', async (words, expected) => {
    const script = join(folder.path, shell);
    await writeFile(script, await printScript(shell));
    const args = shell === 'fish' ? ['--no-config', '-c'] : ['-c'];
    const run = await execa(shell, [...args, OFFER[shell], shell, script, ...words]);
    expect(run.stderr).toBe('');
    // zsh itself drops words that do not fit what is typed.
    const offered = run.stdout.split('\n').filter((word) => word.startsWith(words.at(-1) ?? ''));
    expect(offered).toEqual(expect.arrayContaining(expected));
    if (words.at(-1) !== '') expect(offered).toHaveLength(expected.length);
  });
});

test('powershell: the script has each command and the values of an option', async () => {
  const script = await printScript('powershell');
  expect(script).toContain("    ' jobs log' = @('--attempt', '--follow', '--raw', '--json', ");
  expect(script).toMatch(/' jobs list --status' = @\('QUEUED', /);
});
