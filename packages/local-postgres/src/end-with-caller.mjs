/*
 * Waits until its standard input closes: the system closes that when the caller ends. Then this
 * program stops the server and removes its folders.
 */
import { rm } from 'node:fs/promises';
import { execa } from 'execa';

const { pgCtl, cluster, user, folders } = JSON.parse(String(process.argv[2]));
process.stdin.resume().on('end', async () => {
  const { uid, gid } = user ?? {};
  const { exitCode } = await execa(
    pgCtl,
    ['stop', '-D', cluster, '-m', 'immediate', '-w', '-t', '60'],
    {
      ...(user ? { uid, gid } : {}),
      cwd: '/',
      reject: false,
    },
  );
  process.exitCode = exitCode ?? 1;
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});
