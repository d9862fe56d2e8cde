/**
 * Finds the programs for another user, with the copy of this package in the folder of the first
 * argument. Prints their folder.
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
