import { chown, readdir } from 'node:fs/promises';
import { temporaryFolder } from '@renderdeck/testing';
import { expect, onTestFinished, test } from 'vitest';
import { acceptance } from '../src/commands/acceptance/acceptance.ts';
import { workerConfig } from '../src/config.ts';

const SOMEBODY = 65_534;

test.skipIf(process.getuid?.() !== 0)(
  'the acceptance makes nothing as root in a scratch root of another user',
  async () => {
    const folder = await temporaryFolder('acceptance');
    onTestFinished(folder.remove);
    await chown(folder.path, SOMEBODY, SOMEBODY);
    const read = workerConfig({
      DATABASE_URL: 'postgres://localhost/none',
      RENDERDECK_SCRATCH_ROOT: folder.path,
    });
    if (!read.ok) throw new Error(read.sentences.join(' '));
    expect(await acceptance(read.config, folder.path, () => undefined)).toMatch(
      /belongs to user 65534.*Run this as that user/,
    );
    expect(await readdir(folder.path)).toEqual([]);
  },
);
