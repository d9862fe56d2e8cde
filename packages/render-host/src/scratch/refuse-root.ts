import { type PlatformPath, win32 } from 'node:path';
import { isMisreadByWindows } from '../paths/windows-names.ts';

/** After Effects and Windows allow only short paths, and nexrender makes our paths longer. */
const LONGEST_ROOT = 100;

/**
 * Why a path cannot be a scratch root on this system, as the end of a sentence; null when it can.
 * On Windows it must be on a drive: a render must not depend on a share, and a path without a drive
 * means another drive in each program.
 */
export function refuseRoot(path: string, system: PlatformPath): string | null {
  if (!system.isAbsolute(path)) return 'is not an absolute path';
  const plain = system.resolve(path);
  const { root } = system.parse(plain);
  if (plain === root) return 'is a whole drive or a network share';
  if (system === win32) {
    if (/^[\\/]{2}/.test(path)) return 'is a network share or a device';
    if (!/^[A-Za-z]:[\\/]/.test(path)) return 'names no drive';
    const misread = plain.slice(root.length).split('\\').find(isMisreadByWindows);
    if (misread !== undefined) return `has a folder that Windows reads as another one: ${misread}`;
  }
  return plain.length > LONGEST_ROOT ? `is longer than ${LONGEST_ROOT} characters` : null;
}
