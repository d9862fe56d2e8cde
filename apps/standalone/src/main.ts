/*
 * The whole farm on this machine: `start`, `demo` and `tour`. Every failure ends with a sentence
 * and exit code 1. Read farm.ts first (what starts, and in which order), then tour/tour.ts.
 */
import { callOf, VERSION_TEXT } from '@renderdeck/settings';
import { Command } from 'commander';
import { type StandaloneConfig, standaloneConfig } from './config.ts';
import { start } from './start.ts';
import { tour } from './tour/tour.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);

function readConfig(): StandaloneConfig {
  const read = standaloneConfig();
  if (!read.ok) throw new Error(read.sentences.join(' '));
  return read.config;
}

const BRING_OVER = [
  '--bring-over',
  'once: convert a database from before the first release',
] as const;

const program = new Command(callOf(''))
  .description('A whole render farm on this machine.')
  .version(VERSION_TEXT);
program
  .command('start')
  .description('starts the farm, with the After Effects of this machine')
  .option(...BRING_OVER)
  .action(({ bringOver }) => start(readConfig(), { demo: false, bringOver }, print));
program
  .command('demo')
  .description('starts the farm, with the stand-in renderer and sample jobs')
  .option(...BRING_OVER)
  .action(({ bringOver }) => start(readConfig(), { demo: true, bringOver }, print));
program
  .command('tour')
  .description('checks a whole farm without a browser; exit code 0 if every check passed')
  .action(() => tour(readConfig(), print));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
