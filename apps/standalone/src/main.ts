/*
 * The whole farm on this machine: `start`, `demo` and `tour`. Every failure ends with a sentence
 * and exit code 1. Read first: farm.ts (what starts, in which order), then tour/tour.ts.
 */
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
  'bring a database of before the first release over, once',
] as const;

const program = new Command('standalone').description('A whole render farm on this machine.');
program
  .command('start')
  .description('the farm, with the After Effects of this machine')
  .option(...BRING_OVER)
  .action(({ bringOver }) => start(readConfig(), { demo: false, bringOver }, print));
program
  .command('demo')
  .description('the farm, with the stand-in renderer and sample jobs')
  .option(...BRING_OVER)
  .action(({ bringOver }) => start(readConfig(), { demo: true, bringOver }, print));
program
  .command('tour')
  .description('the proof without a browser: exit code 0 only if all of it held')
  .action(() => tour(readConfig(), print));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
