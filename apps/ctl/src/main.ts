/*
 * The operator's command line. Speaks to the API over HTTP as any client does: what it may is what its user or token may.
 * Prints answers to stdout (`--json`: as they came) and refusals to stderr, as a code and a sentence.
 * Exit code 0: done. 1: refused, failed, or a stop that is not proven yet. 2: the command or its settings are wrong.
 *
 * Read first: run-ctl.ts (the commands and the way each goes), connect.ts (signing in), then one file per command.
 */
import { readEnvironment } from './config.ts';
import { runCtl } from './run-ctl.ts';

process.exitCode = await runCtl(process.argv.slice(2), {
  env: readEnvironment(),
  stdin: process.stdin,
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
});
