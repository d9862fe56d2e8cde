/*
 * The paths that people have: from the address bar of Explorer, from "Copy as path" with its
 * quotes, from a shell. nexrender takes the source of a file as a `file://` address, and the output
 * of an action as a path.
 */
import { HIDDEN } from '@renderdeck/contract';

/** The address that nexrender takes for a path of Windows, macOS or Linux. Else the same text. */
export function turnSource(text: string): string {
  const path = unquoted(text);
  if (path.includes(HIDDEN)) return text;
  const address = /^file:[\\/]*/i.exec(path)?.[0];
  if (address !== undefined) return withoutBackslashes(path, address);
  if (/^[A-Za-z]:[\\/]/.test(path)) return `file:///${encodeURI(slashed(path))}`;
  // \\server\share, also as \\?\UNC\server\share; \\?\C:\ is a drive.
  const long = path.replace(/^\\\\\?\\(UNC\\)?/i, (_, unc) => (unc === undefined ? '' : '\\\\'));
  if (long !== path) return turnSource(long);
  if (/^(?:\\\\|\/\/)[^\\/]/.test(path)) return `file:${encodeURI(slashed(path))}`;
  if (/^\/(?!\/)/.test(path)) return `file://${encodeURI(path)}`;
  return path;
}

/** The path that nexrender takes for an output: quotes and `file://` are taken away. */
export function turnOutput(text: string): string {
  const path = unquoted(text);
  if (path.includes(HIDDEN) || !/^file:\/\//i.test(path)) return path;
  const address = turnSource(path).slice('file://'.length);
  const decoded = decodeAddress(address);
  if (decoded === null) return path;
  if (/^\/[A-Za-z]:\//.test(decoded)) return decoded.slice(1);
  return decoded.startsWith('/') ? decoded : `//${decoded}`;
}

function decodeAddress(address: string): string | null {
  try {
    return decodeURI(address);
  } catch {
    return null;
  }
}

/** `file:\C:\a.aep` and `file://C:\a.aep` become `file:///C:/a.aep`. */
function withoutBackslashes(text: string, start: string): string {
  const rest = slashed(text.slice(start.length));
  if (/^[A-Za-z]:\//.test(rest)) return `file:///${rest}`;
  const slashes = start.replace(/^file:/i, '').length;
  // Two slashes, then a server. One or three, then a path.
  return slashes === 2 ? `file://${rest}` : `file:///${rest}`;
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return /^"[^"]*"$|^'[^']*'$/.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed;
}
