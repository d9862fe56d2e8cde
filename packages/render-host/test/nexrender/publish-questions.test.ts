/* What a render asks the second publish gate, and what it does when the output is out already. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aHost } from './a-render.ts';

const COPY = '@nexrender/action-copy';
let host: Awaited<ReturnType<typeof aHost>>;
let out: string;
beforeEach(async () => {
  host = await aHost();
  out = join(host.base, 'out');
});
afterEach(async () => {
  await host.remove();
});

const withActions = (...postrender: readonly Record<string, unknown>[]) => ({
  ...host.job,
  actions: { postrender },
});

test('an output of an earlier attempt stays, and the render completes', async () => {
  await mkdir(out);
  await writeFile(host.output, 'of an earlier attempt');
  const { end, observed } = await host.render(
    withActions({ module: COPY, output: host.output }, { module: COPY, output: `${out}/b.avi` }),
    { publishing: { mayPublish: async ({ isLast }) => (isLast ? 'yes' : 'isOut') } },
  );
  expect(end).toEqual({ kind: 'completed' });
  expect(readFileSync(host.output, 'utf8')).toBe('of an earlier attempt');
  expect(observed.published).toEqual([`${out}/b.avi`]);
});

test('a question says what is published, how to recognise it, and if it is last', async () => {
  const local = join(host.base, 'local.cjs');
  const upload = join(host.base, 'upload.cjs');
  for (const module of [local, upload]) await writeFile(module, 'module.exports = async (j) => j;');
  const outputs = [host.output, `${out}/b.avi`];
  const [first, second] = outputs.map((output) => ({ module: COPY, output }));
  const { end, observed } = await host.render(
    withActions({ ...first }, { module: upload }, { ...second }, { module: local }),
    { actions: [COPY, upload, local], localActions: [local] },
  );
  expect(end).toEqual({ kind: 'completed' });
  const fileAt = (index: number, isLast: boolean) => ({
    ...{ what: outputs[index], isModule: false, isLast },
    move: { kind: 'file', part: observed.parts[index], path: outputs[index] },
  });
  expect(observed.questions).toMatchObject([
    fileAt(0, false),
    { what: upload, isModule: true, isLast: false, move: null },
    fileAt(1, true),
  ]);
  const { move } = observed.questions[2] ?? {};
  const sha256 = createHash('sha256')
    .update(readFileSync(outputs[1] ?? ''))
    .digest('hex');
  const { ino, size, mtimeNs } = statSync(outputs[1] ?? '', { bigint: true });
  const identity = { inode: String(ino), size: Number(size), modifiedNs: String(mtimeNs) };
  expect(move).toMatchObject({ identity, sha256 });
});
