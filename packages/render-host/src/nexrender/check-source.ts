import { isRecord } from './is-record.ts';
import { refuse } from './refusal.ts';
import { isInside, resolveLinks } from './resolve-links.ts';

/**
 * The template or an asset, when its `src` may be read on this host and its other words decide no path outside of the scratch
 * folder. A `file://` source comes back with the resolved path in it.
 */
export function checkSource(source: Record<string, unknown>, field: string, roots: string[]): Record<string, unknown> {
  const { name, extension, params } = source;
  if (name !== undefined && name !== null && name !== '' && (typeof name !== 'string' || !isPlainName(name))) {
    refuse(`${field}.name`, 'must be a plain file name: no / or \\ or : or $ or quotes, not . or .., at most 200 characters.');
  }
  if (extension !== undefined && (typeof extension !== 'string' || !/^[A-Za-z0-9]{1,10}$/.test(extension))) {
    refuse(`${field}.extension`, 'must be letters and digits, like "png".');
  }
  if (params !== undefined && params !== null && (!isRecord(params) || 'cachePath' in params || 'cacheManager' in params)) {
    refuse(`${field}.params`, 'may not hold a cache folder: downloads go into the scratch folder only.');
  }
  return { ...source, src: checkAddress(source.src, `${field}.src`, roots) };
}

/** A text without control characters. */
export function checkText(field: string, value: unknown): void {
  if (typeof value !== 'string' || /\p{Cc}/u.test(value)) refuse(field, 'must be a text without line breaks or other control characters.');
}

function checkAddress(src: unknown, field: string, roots: string[]): string {
  if (typeof src !== 'string' || src === '') return refuse(field, 'is missing: give a file://, http:// or https:// address.');
  if (/^(https?):\/\//i.test(src)) return URL.canParse(src) ? src : refuse(field, 'is not a complete address.');
  if (/^data:/i.test(src)) return src;
  if (!src.startsWith('file://')) return refuse(field, 'must be a file://, http://, https:// or data: address.');
  if (src.includes('$')) return refuse(field, 'may not hold $, which nexrender would replace from the environment of the host.');
  if (roots.length === 0) return refuse(field, 'is a file, and this host allows none: RENDERDECK_ASSET_ROOTS is not set.');
  const path = resolveLinks(readFilePath(src, field));
  if (path === null) return refuse(field, 'cannot be followed to a file on this host.');
  if (!roots.some((root) => isInside(root, path))) return refuse(field, `leads to ${path}, which lies outside of RENDERDECK_ASSET_ROOTS.`);
  const address = writeFileAddress(path);
  return readFilePath(address, field) === path ? address : refuse(field, `leads to ${path}, whose name nexrender cannot carry.`);
}

/** The path nexrender would read for this address; it decodes in its own way. */
function readFilePath(address: string, field: string): string {
  let rest: string;
  try {
    rest = decodeURI(address.slice('file://'.length));
  } catch {
    return refuse(field, 'is not a well-formed file:// address.');
  }
  const path = rest.startsWith('localhost/') ? rest.slice('localhost'.length) : rest;
  if (path.includes('\0') || path.includes('|')) return refuse(field, 'may not hold | or a null character.');
  if (process.platform === 'win32') return path.replace(/^\/(?=[A-Za-z]:)/, '').replaceAll('/', '\\');
  if (/^\/+[A-Za-z]:/.test(path)) return refuse(field, 'is a path on a Windows machine, and this host is none.');
  return path.startsWith('/') && !path.includes(':') ? path : refuse(field, 'must be an absolute path on this host, without a colon.');
}

function writeFileAddress(path: string): string {
  const slashed = process.platform === 'win32' ? `/${path.replaceAll('\\', '/')}` : path;
  return `file://${encodeURI(slashed)}`;
}

function isPlainName(name: string): boolean {
  return !/[/\\:$'"|<>?*\p{Cc}]/u.test(name) && !/^\.*$|[. ]$/.test(name) && name.length <= 200;
}
