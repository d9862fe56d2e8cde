/* The settings of a host for aerender, with an aerender that prints its arguments. */
import { randomUUID } from 'node:crypto';
import { symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AerenderOptions } from '../../src/nexrender/render-order.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aHost } from './a-render.ts';

const host = ofEachTest(aHost);
/** The folder of the host. nexrender searches its path for a year, so it has no digit. */
let base: string;
beforeEach(async () => {
  base = `/tmp/renderdeck-${randomUUID().replaceAll(/[\d-]/g, '')}`;
  await symlink(host.base, base);
});
afterEach(() => unlink(base));

/** Renders with an aerender in this folder. Returns its arguments after those of the job. */
async function argumentsIn(folder: string, options: AerenderOptions): Promise<string> {
  const { aerender } = await installStandIn(join(base, folder));
  const program = `#!/bin/sh\necho "arguments: $*"\nexec ${JSON.stringify(host.aerender)} "$@"\n`;
  await writeFile(aerender, program, { mode: 0o755 });
  const { end, observed } = await host.render(host.job, { aerender, aerenderOptions: options });
  expect(end).toEqual({ kind: 'completed' });
  const line = observed.lines.find((text) => text.includes('arguments: ')) ?? '';
  return line.replace(/^.* -r \S+ ?/, '');
}
const NOTHING = {
  ...{ multiFramesPercent: null, maxMemoryPercent: null, imageCachePercent: null },
  parameters: [],
};
const YEAR = 'Adobe After Effects 2025';

test.each<[string, string, Partial<AerenderOptions>, string]>([
  ['nothing', YEAR, {}, ''],
  ['multi-frame rendering', YEAR, { multiFramesPercent: 75 }, '-mfr ON 75'],
  ['multi-frame rendering without a year', 'After Effects', { multiFramesPercent: 75 }, '-mp'],
  ['the memory', YEAR, { maxMemoryPercent: 80 }, '-mem_usage 50 80'],
  ['the image cache', YEAR, { imageCachePercent: 20 }, '-mem_usage 20 50'],
  ['both', YEAR, { imageCachePercent: 20, maxMemoryPercent: 80 }, '-mem_usage 20 80'],
  [
    'more parameters',
    YEAR,
    { parameters: ['-close DO_NOT_SAVE_CHANGES', 'sound ON', '-v ERRORS'] },
    '-close DO_NOT_SAVE_CHANGES -sound ON -v ERRORS',
  ],
])('aerender gets %s', async (_, folder, options, expected) => {
  expect(await argumentsIn(folder, { ...NOTHING, ...options })).toBe(expected);
});
