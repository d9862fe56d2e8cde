/*
 * `pnpm build:host [--target win32-x64] [--out dist]`: makes the host folder and its zip for every
 * system, or for the systems that are named.
 */
import { relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { buildHostZips } from './build-host-folder.ts';
import { TARGETS } from './targets.ts';

const program = new Command('build:host')
  .description('Makes the folder and the zip that a render host runs.')
  .addOption(new Option('--target <system...>', 'for these systems only').choices(TARGETS))
  .option('--out <folder>', 'where to put them', 'dist')
  .action(async ({ target, out }: { target?: string[]; out: string }) => {
    const targets = TARGETS.filter((known) => target?.includes(known) ?? true);
    for (const { folder, zip, files } of await buildHostZips(targets, resolve(out)))
      console.log(`${relative('.', folder)}: ${files} files; ${relative('.', zip)}`);
  });
await program.parseAsync();
