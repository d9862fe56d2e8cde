/**
 * Removes a scratch folder in which a folder and a file are mounted, and removes it again without
 * these mounts. It runs with mounts of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createScratchFolder, removeScratchFolder } from '../../src/index.ts';

const [root = '', outside = ''] = process.argv.slice(2);
const folder = await createScratchFolder(root, 'a1');
await mkdir(join(folder.workPath, 'inside'));
for (const name of ['stuck', 'other']) await writeFile(join(folder.workPath, name), 'x');
execFileSync('mount', ['--bind', outside, join(folder.workPath, 'inside')]);
execFileSync('mount', ['--bind', join(outside, 'precious'), join(folder.workPath, 'stuck')]);

const first = await removeScratchFolder(folder, { budgetMs: 100 });
for (const { path } of first.leftovers) execFileSync('umount', [path]);
const second = await removeScratchFolder(folder);
const leftovers = first.leftovers.map(({ path, error }) => [basename(path), error]).sort();
process.stdout.write(JSON.stringify({ first: { ...first, leftovers }, second }));
