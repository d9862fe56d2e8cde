import { HIDDEN } from '@renderdeck/contract';

/**
 * The part of a URL before its path, which may hold `user:password@host`. A data: URL has no path,
 * so all of it matches.
 */
const BEFORE_PATH = /^(?:data:.*|[a-z][a-z0-9+.-]*:\/\/[^/\\]*)/is;

/** The file that a template's src names, without its path and query; null where it hides one. */
export function templateFile(src: string): string | null {
  const [path] = src.replace(BEFORE_PATH, '').split(/[?#]/);
  const file = path?.split(/[\\/]/).at(-1) ?? '';
  return file === '' || file.includes(HIDDEN) ? null : file;
}
