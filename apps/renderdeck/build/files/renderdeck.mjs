#!/usr/bin/env node
// Says which Node is needed before an older Node fails on the syntax of the program.
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const needed = engines.node.replace('>=', '');
const [major, minor] = process.versions.node.split('.').map(Number);
const [neededMajor, neededMinor] = needed.split('.').map(Number);
if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) {
  await import('../lib/renderdeck/src/main.mjs');
} else {
  process.stderr.write(
    `renderdeck: Node ${needed} or newer is needed, and this is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
}
