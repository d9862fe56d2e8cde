// @ts-check
// The module that the launcher imports for an program: it runs the program named by the first message and stays until it is ended.
import { spawn } from 'node:child_process';

process.on('message', (message) => {
  const { command, args } = /** @type {{ command: string, args: string[] }} */ (message);
  spawn(command, args, { stdio: 'inherit' }).on('exit', (code) =>
    process.send?.({ programEnded: code }),
  );
});
