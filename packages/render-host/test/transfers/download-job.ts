import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aHost, type MoreOptions } from '../nexrender/a-render.ts';

/**
 * Renders a job with this source as an asset, whose file is published too. Returns the end, the
 * file, and the lines about the download.
 */
export async function renderWith(
  asset: { readonly src: string } & Record<string, unknown>,
  { file = 'source.bin', ...more }: MoreOptions & { readonly file?: string } = {},
) {
  const host = await aHost({ frames: 1 });
  try {
    const output = join(host.out, 'source.bin');
    const copy = { module: '@nexrender/action-copy', input: file, output };
    const assets = [{ type: 'static', name: 'source.bin', ...asset }];
    const { end, observed } = await host.render({ ...host.withActions(copy), assets }, more);
    const lines = observed.lines.filter((line) => line.includes('assets[0].src'));
    return { end, lines, bytes: await readFile(output).catch(() => null) };
  } finally {
    await host.remove();
  }
}

/** The end of a render whose download failed for this reason. */
export const failedWith = (port: number, why: string) => ({
  kind: 'failed',
  failure: 'source',
  reason: `assets[0].src (http://127.0.0.1:${port}/source) could not be downloaded: ${why}.`,
});
