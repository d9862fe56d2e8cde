import { type StandaloneConfig, standaloneConfig } from './config.ts';
import { start } from './start.ts';
import { tour } from './tour/tour.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Every failure ends in a sentence and a code, never in a trace. */
async function run(command: string | undefined, config: StandaloneConfig): Promise<void> {
  if (command === 'start' || command === 'demo')
    return await start(config, command === 'demo', say);
  if (command === 'tour') return await tour(config, say);
  throw new Error('Say what to run: start, demo or tour.');
}

const read = standaloneConfig();
try {
  if (!read.ok) throw new Error(read.sentences.join(' '));
  await run(process.argv[2], read.config);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
