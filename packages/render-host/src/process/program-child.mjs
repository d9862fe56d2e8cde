// @ts-check
/**
 * The first program of a tree that runs one other program. It gets `{command, args}` and sends the
 * output of that program (at most 64 KB) and how it ended. The launcher imports it.
 */
import { spawn } from 'node:child_process';

const MOST_BYTES = 64 * 1024;

process.once('message', (order) => run(/** @type {{ command: string, args: string[] }} */ (order)));

/** @param {{ command: string, args: string[] }} order */
function run({ command, args }) {
  /** @type {Buffer[]} */
  const output = [];
  let bytes = 0;
  const program = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  for (const pipe of [program.stdout, program.stderr]) {
    pipe.on('data', (chunk) => {
      if (bytes < MOST_BYTES) output.push(chunk);
      bytes += chunk.length;
    });
  }
  program.once('error', (error) => end({ error: error.message }));
  program.once('close', (code, signal) => end({ code, signal }));

  /** @param {object} how */
  function end(how) {
    const text = Buffer.concat(output).toString('utf8').slice(0, MOST_BYTES);
    process.send?.({ type: 'programEnded', text, ...how }, () => process.channel?.unref());
  }
}
