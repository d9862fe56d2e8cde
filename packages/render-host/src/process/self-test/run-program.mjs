// @ts-check
// The launcher imports this module. It runs the program that each message names, and lives until
// it is killed.
import { spawn } from 'node:child_process';

process.on('message', (message) => {
  const { command, args } = /** @type {{ command: string, args: string[] }} */ (message);
  spawn(command, args, { stdio: 'inherit' }).on('exit', (code) =>
    process.send?.({ programEnded: code }),
  );
});
