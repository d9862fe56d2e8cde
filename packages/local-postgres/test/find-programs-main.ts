/**
 * Finds the programs for another user and prints their folder. The first argument is the folder
 * with the copy of this package.
 */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [checkout = '', copiesFolder = ''] = process.argv.slice(2);
const source = (name: string) => import(pathToFileURL(join(checkout, 'src', name)).href);
const { findRunUser } = await source('run-user.ts');
const { findPrograms } = await source('postgres-programs.ts');

const user = userInfo().uid === 0 ? await findRunUser(join(copiesFolder, 'none')) : null;
const programs = await findPrograms(user, copiesFolder);
process.stdout.write(programs.folder);
