import { readFileSync } from 'node:fs';
import { fail } from './fail.ts';

const beside = readFileSync(new URL('./beside.txt', import.meta.url), 'utf8');
console.log(JSON.stringify({ main: import.meta.url, beside }));
fail('It is wrong.');
