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

const program = new Command('standalone').description('A whole render farm on this machine.');
program
  .command('start')
  .description('the farm, with the After Effects of this machine')
  .action(() => start(readConfig(), false, print));
program
  .command('demo')
  .description('the farm, with the stand-in renderer and sample jobs')
  .action(() => start(readConfig(), true, print));
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
