import { type PlatformPath, posix, win32 } from 'node:path';
import { isMisreadByWindows } from './windows-names.ts';

/** A full path, and the system that reads it so. */
export type Place = { readonly system: PlatformPath; readonly path: string };

/**
 * A path with a drive, or with a server and a share. Not a device (`\\?\`, `\\.\`), and no second
 * colon, which names a stream of a file.
 */
const FULL_ON_WINDOWS = /^(?:[A-Za-z]:[\\/]|[\\/]{2}(?![?.][\\/])[^\\/]+[\\/]+[^\\/])[^:]*$/;

/** The place that a text names on this system; null if it is no full path there. */
export function readPath(text: string, system: PlatformPath): Place | null {
  const isFull =
    system === win32 ? FULL_ON_WINDOWS.test(text) && !hasMisreadName(text) : text.startsWith('/');
  return isFull ? { system, path: text } : null;
}

/** True if Windows reads a part of the path as something else; `..` is another question. */
export function hasMisreadName(path: string): boolean {
  return path
    .replace(/^[A-Za-z]:/, '')
    .split(/[\\/]/)
    .some((part) => isMisreadByWindows(part) && !/^\.\.?$/.test(part));
}

/**
 * The place that nexrender reads for the decoded text after `file://`. With a colon in it,
 * nexrender reads a drive on every system.
 */
export function readFilePath(decoded: string, system: PlatformPath): Place | null {
  const rest = decoded.startsWith('localhost/') ? decoded.slice('localhost'.length) : decoded;
  if (system === posix) return rest.includes(':') ? null : readPath(rest, posix);
  const path = rest.replace(/^\/+(?=[A-Za-z]:)/, '');
  return readPath(/^[A-Za-z]:|^\//.test(path) ? path : `//${path}`, win32);
}

/** The address under which nexrender finds a place. */
export function writeFileAddress({ system, path }: Place): string {
  if (system === posix) return `file://${encodeURI(path)}`;
  const slashed = path.replaceAll('\\', '/');
  return slashed.startsWith('//') ? `file:${encodeURI(slashed)}` : `file:///${encodeURI(slashed)}`;
}

/** True if a part of the path is `..`. Windows also accepts `..` with dots or spaces after it. */
export function stepsOut(path: string): boolean {
  return path.split(/[\\/]/).some((part) => /^\.\.[. ]*$/.test(part));
}
