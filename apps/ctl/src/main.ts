/*
 * The operator's command line. It calls the API over HTTP like any client, with the rights of its
 * user or token. Only `admin` connects to the database (decision 0023). stdout gets answers (with
 * `--json`, unchanged); stderr gets a refusal as a code and a sentence. Exit codes:
 *
 * - 0: done.
 * - 1: refused, failed, or a stop that is not proven yet.
 * - 2: the command or a setting is wrong.
 * - 3 to 5: see `jobs wait --help`.
 *
 * Read first: run-ctl.ts (the commands), perform.ts (how each runs), then one file per command.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { readEnvironment } from './config.ts';
import { runCtl } from './run-ctl.ts';

process.exitCode = await runCtl(process.argv.slice(2), {
  env: readEnvironment(),
  stdin: process.stdin,
  print: (text) => void process.stdout.write(text),
  write: writeTo(process.stdout),
  printError: (text) => void process.stderr.write(text),
});

/**
 * Makes a function that writes a text and resolves when the stream accepts more. It resolves with
 * false when the reader is gone, for example behind `head`. That is no error.
 */
function writeTo(stream: Writable): (text: string) => Promise<boolean> {
  let isOpen = true;
  stream.on('error', () => {
    isOpen = false;
  });
  return async (text) => {
    if (!isOpen) return false;
    if (!stream.write(text) && isOpen) await once(stream, 'drain').catch(() => undefined);
    return isOpen;
  };
}
