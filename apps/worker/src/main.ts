/*
 * `worker` runs the daemon; `worker selftest-kill` shows that this host can end hostile programs; `worker sweep [--dry-run]` removes, or lists, the scratch
 * folders of attempts that are over.
 */
import { workerConfig } from './config.ts';
import { runDaemon } from './run-daemon.ts';
import { selfTest } from './self-test.ts';
import { sweep } from './sweep.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Gives the sentence with which it gave up, null where it ran. */
async function run(
  command: string | undefined,
  option: string | undefined,
): Promise<string | null> {
  if (command === 'selftest-kill')
    return (await selfTest(say)) ? null : 'The self-test did not hold.';
  const read = workerConfig();
  if (!read.ok) return read.sentences.join(' ');
  if (command === undefined) return await runDaemon(read.config);
  if (command === 'sweep' && (option === undefined || option === '--dry-run'))
    return await sweep(read.config, option !== undefined, say);
  return `There is no ${[command, option].join(' ')}: run worker, worker selftest-kill, or worker sweep [--dry-run].`;
}

const sentence = await run(process.argv[2], process.argv[3]);
if (sentence !== null) {
  process.stderr.write(`renderdeck worker: ${sentence}\n`);
  process.exitCode = 1;
  // Whoever started it over a channel is told why.
  if (process.connected) process.send?.({ gaveUp: sentence }, () => process.disconnect());
}
