/*
 * Sequences of pictures whose ending nexrender does not know as such. The stand-in for aerender
 * writes PNG files under each name: what the files contain does not matter here.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aHost } from './a-render.ts';

let host: Awaited<ReturnType<typeof aHost>>;
beforeEach(async () => {
  host = await aHost();
});
afterEach(() => host.remove());

const pictures = (name: string, extension: string) =>
  Array.from({ length: 10 }, (_, n) => `${name}_${String(n).padStart(5, '0')}.${extension}`);

test.each(['exr', 'dpx', 'psd', 'sgi', 'PNG'])('pictures of the ending %s', async (outputExt) => {
  const src = pathToFileURL(host.files.templatePath).href;
  const [folder, named] = [join(host.base, 'out', 'shot'), join(host.base, 'out', 'named')];
  const copy = { module: '@nexrender/action-copy' };
  const postrender = [
    { ...copy, output: folder },
    { ...copy, output: join(named, `plate_[#####].${outputExt}`) },
  ];
  const template = { src, composition: 'main', outputExt };
  const { end } = await host.render({ ...host.job, template, actions: { postrender } });
  expect(end).toEqual({ kind: 'completed' });
  expect(readdirSync(folder).sort()).toEqual(pictures('result', outputExt));
  expect(readdirSync(named).sort()).toEqual(pictures('plate', outputExt));
});
