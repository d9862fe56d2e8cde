import type { PlatformPath } from 'node:path';

/** True if a path is the root or lies below it. Both are full paths and resolved. */
export function isInside(root: string, path: string, system: PlatformPath): boolean {
  const way = system.relative(root, path);
  return way === '' || (!/^\.\.(?:[/\\]|$)/.test(way) && !system.isAbsolute(way));
}
