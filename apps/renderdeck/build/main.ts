/*
 * `pnpm build:package [--out dist]`: makes the npm package `renderdeck`, as a folder and as the
 * tarball that npm installs and publishes.
 */
import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import { buildPackage } from './build-package.ts';

const program = new Command('build:package')
  .description('Makes the npm package of Renderdeck.')
  .option('--out <folder>', 'where to put it', 'dist')
  .action(async ({ out }: { out: string }) => {
    const { folder, tarball, files, bytes, packed } = await buildPackage(resolve(out), console.log);
    console.log(`${relative('.', folder)}: ${files} files, ${toMb(bytes)} MB`);
    console.log(
      `${relative('.', tarball)}: ${toMb(packed)} MB; npm i -g ./${relative('.', tarball)}`,
    );
  });
await program.parseAsync();

function toMb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
