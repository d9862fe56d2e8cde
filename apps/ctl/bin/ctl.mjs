#!/usr/bin/env node
// A program of its own, not a script of package.json: pnpm prints lines of its own on the stdout of
// a script, and what ctl prints there may be a secret.
import 'tsx';

await import('../src/main.ts');
