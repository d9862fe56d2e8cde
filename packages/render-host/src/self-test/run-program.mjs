// @ts-check
// The launcher imports this module. It runs the program that each message names, and goes on until
// it is killed.
import { spawn } from 'node:child_process';

process.on('message', (message) => {
  if (typeof message !== 'object' || message === null || !('command' in message)) return;
  const { command, args } = /** @type {{ command: string, args: string[] }} */ (message);
  spawn(command, args, { stdio: 'inherit', windowsHide: true }).on('exit', (code) =>
    process.send?.({ programEnded: code }),
  );
});
