import { type PlatformPath, posix, win32 } from 'node:path';
import { isMisreadByWindows } from './windows-names.ts';

/** An absolute path, and the system on which it is one. */
export type Place = { readonly system: PlatformPath; readonly path: string };

/**
 * A path with a drive, or with a server and a share. It is no device (`\\?\`, `\\.\`) and has no
 * second colon, because that would name a stream of a file.
 */
const FULL_ON_WINDOWS = /^(?:[A-Za-z]:[\\/]|[\\/]{2}(?![?.][\\/])[^\\/]+[\\/]+[^\\/])[^:]*$/;

/** The place that a text names on this system; null when the text is no absolute path there. */
export function readPath(text: string, system: PlatformPath): Place | null {
  const isFull =
    system === win32 ? FULL_ON_WINDOWS.test(text) && !hasMisreadName(text) : text.startsWith('/');
  return isFull ? { system, path: text } : null;
}

/** Whether Windows reads a part of the path as something else. `..` is not checked here. */
export function hasMisreadName(path: string): boolean {
  return path
    .replace(/^[A-Za-z]:/, '')
    .split(/[\\/]/)
    .some((part) => isMisreadByWindows(part) && !/^\.\.?$/.test(part));
}

/**
 * The place that nexrender reads from the decoded text after `file://`. If the text has a colon,
 * nexrender reads a drive, on every system.
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

/** Whether a part of the path is `..`. Windows also accepts `..` with dots or spaces after it. */
export function stepsOut(path: string): boolean {
  return path.split(/[\\/]/).some((part) => /^\.\.[. ]*$/.test(part));
}
