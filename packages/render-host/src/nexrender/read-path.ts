import { type PlatformPath, posix, win32 } from 'node:path';

/** A full path, as one kind of system reads it. */
export type Place = { readonly system: PlatformPath; readonly path: string };

/** With a drive, or with a server and a share; never a device (`\\?\`, `\\.\`), never a second colon (a stream of a file). */
const FULL_ON_WINDOWS = /^(?:[A-Za-z]:[\\/]|[\\/]{2}(?![?.][\\/])[^\\/]+[\\/]+[^\\/])[^:]*$/;

/** The place that a text names on such a system; null where it names no full path there. */
export function readPath(text: string, system: PlatformPath): Place | null {
  const isFull = system === win32 ? FULL_ON_WINDOWS.test(text) : text.startsWith('/');
  return isFull ? { system, path: text } : null;
}

/** The place nexrender would read for what follows `file://`, once it is decoded. A colon makes it read a drive on every system. */
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

/** True where a path steps out of a folder it has named; Windows takes `..` with dots or spaces behind it for the same. */
export function stepsOut(path: string): boolean {
  return path.split(/[\\/]/).some((part) => /^\.\.[. ]*$/.test(part));
}
