import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const BUILT_PAGE = fileURLToPath(new URL('../../admin-ui/dist', import.meta.url));

export type BuiltPage = {
  readonly folder: string;
  /** The page's index.html, with placeholders for the nonce and the build id. */
  readonly html: string;
  /** Changes when any file of the page changes, because the index names each file by its hash. */
  readonly build: string;
};

/** Reads the built page. Returns null if the page is not built. */
export async function readPage(folder = BUILT_PAGE): Promise<BuiltPage | null> {
  const html = await readFile(`${folder}/index.html`, 'utf8').catch(() => null);
  if (html === null) return null;
  const build = createHash('sha256').update(html).digest('hex').slice(0, 12);
  return { folder, html, build };
}
