#!/usr/bin/env node
// ctl is a program of its own and not a script of package.json: pnpm prints lines of its own on the
// stdout of a script, and the output of ctl there may be a secret.
import 'tsx';

await import('../src/main.ts');
