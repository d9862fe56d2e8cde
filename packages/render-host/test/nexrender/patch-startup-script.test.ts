import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { temporaryFolder } from '@renderdeck/testing';
import { expect, onTestFinished, test } from 'vitest';
import { patchStartupScript, readPatch } from '../../src/nexrender/patch-startup-script.ts';
import { takeKernelLock } from '../../src/scratch/kernel-lock.ts';

async function anAfterEffects() {
  const folder = await temporaryFolder('patch');
  onTestFinished(folder.remove);
  const { aerender } = await installStandIn(join(folder.path, 'Adobe After Effects 2024'));
  const at = (name: string) => join(dirname(aerender), name, 'Startup', 'commandLineRenderer.jsx');
  const read = (name: string) => readFile(at(name), 'utf8').catch(() => null);
  return { aerender, script: at('Scripts'), read, original: await read('Scripts') };
}

test('the script is written, and the original is kept', async () => {
  const { aerender, read, original } = await anAfterEffects();
  expect(await readPatch(aerender)).toBe('not patched');
  expect(await patchStartupScript(aerender)).toBeNull();
  expect(await readPatch(aerender)).toBe('patched');
  expect(await read('Backup.Scripts')).toBe(original);
  const written = await read('Scripts');
  expect(await patchStartupScript(aerender)).toBeNull();
  expect(await read('Scripts')).toBe(written);
  expect(await read('Backup.Scripts'), 'a second time keeps the original').toBe(original);
});

test('a script of another version of nexrender is replaced', async () => {
  const { aerender, script } = await anAfterEffects();
  await writeFile(script, '// nexrender-patch-v0.1\n');
  expect(await readPatch(aerender)).toBe('outdated');
  expect(await patchStartupScript(aerender)).toBeNull();
  expect(await readPatch(aerender)).toBe('patched');
});

test('while one preparation writes, another preparation is refused', async () => {
  const { aerender, read, original } = await anAfterEffects();
  const backups = join(dirname(aerender), 'Backup.Scripts');
  await mkdir(backups);
  const lock = await takeKernelLock(join(backups, 'renderdeck.lock'));
  if (lock === 'held' || lock === null) throw new Error('the lock was free');
  expect(await patchStartupScript(aerender)).toMatch(/^Another preparation of this host runs/);
  expect(await read('Scripts')).toBe(original);
  lock.release();
  expect(await patchStartupScript(aerender)).toBeNull();
});

test('a script that a broken write left empty is restored from the backup', async () => {
  const { aerender, script, read, original } = await anAfterEffects();
  await patchStartupScript(aerender);
  await writeFile(script, '');
  expect(await patchStartupScript(aerender)).toBeNull();
  expect(await readPatch(aerender)).toBe('patched');
  expect(await read('Backup.Scripts')).toBe(original);
});

test('when no backup can be written, nothing changes and a sentence says what to do', async () => {
  const { aerender, read, original } = await anAfterEffects();
  const inItsPlace = join(
    dirname(aerender),
    ...['Backup.Scripts', 'Startup', 'commandLineRenderer.jsx'],
  );
  await mkdir(inItsPlace, { recursive: true });
  expect(await patchStartupScript(aerender)).toMatch(/was not written .*as an administrator[.]$/);
  expect(await read('Scripts')).toBe(original);
});
