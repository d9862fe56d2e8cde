#!/usr/bin/env -S node --max-semi-space-size=2
// Says which Node is needed before an older Node fails on the syntax of the program. The option
// saves each program that runs for days 10 to 15 MB; what they install or start gets it too.
import { readFileSync } from 'node:fs';

const PROGRAM = new URL('../lib/renderdeck/src/main.mjs', import.meta.url).href;
const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const needed = engines.node.replace('>=', '');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) {
  await import(PROGRAM);
} else {
  process.stderr.write(
    `renderdeck: Node ${needed} or newer is needed, and this is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
}
