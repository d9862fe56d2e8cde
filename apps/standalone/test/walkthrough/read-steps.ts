import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../../../docs/production.md', import.meta.url));

export type Step = {
  readonly number: number;
  readonly title: string;
  /** The heading above it. */
  readonly section: string;
  readonly block: string;
};

/** The steps of the walkthrough: a bold title with a number, and the shell block below it. */
export async function readSteps(): Promise<Step[]> {
  const [, text = ''] =
    /<!-- walkthrough -->([\s\S]*?)<!-- \/walkthrough -->/.exec(await readFile(PAGE, 'utf8')) ?? [];
  return text.split(/^### /m).flatMap((part) => {
    const [section = ''] = part.split('\n');
    const found = part.matchAll(/^\*\*(\d+)([^*]*)\*\*[\s\S]*?^```sh\n([\s\S]*?)^```/gm);
    return [...found].map(([, number = '', title = '', block = '']) => ({
      ...{ number: Number(number), title: `${number}${title}`, section, block },
    }));
  });
}

/** Only sets variables, to texts that a person knows. */
const IS_VALUE = /^(?:export +)?(?:\w+=(?:"[^"`(]*"|[^\s"`(]*)(?: +|$))+$/;

/**
 * The commands of a block, as a person enters them. A pipeline is one, and so is a command on
 * several lines. Throws for a line that hides a second command.
 */
export function commandsOf(block: string): string[] {
  const lines = block
    .replaceAll(/<<(\w+)(.*)\n[\s\S]*?\n\1$/gm, '$2')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !IS_VALUE.test(line));
  for (const line of lines)
    if (/;|&|\|\||\b(?:do|then)\b/.test(line.replaceAll(/"[^"]*"|'[^']*'|2>&1/g, '')))
      throw new Error(`Write two commands on two lines: ${line}`);
  return lines;
}
