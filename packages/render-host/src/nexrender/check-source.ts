import type { PlatformPath } from 'node:path';
import { isFullPath } from '@renderdeck/domain';
import { isForWindows, isMisread, type PathView } from '../paths/path-view.ts';
import { type Place, readFilePath, readPath, writeFileAddress } from '../paths/read-path.ts';
import { isRecord } from '../system/is-record.ts';
import { isStoreAddress, readStoreAddress } from '../transfers/store-address.mjs';
import { checkHost } from './check-host.ts';
import { type Bounds, checkPlace } from './check-place.ts';
import { checkStore } from './check-store.ts';
import { refuse } from './refusal.ts';

const LONGEST_NAME = 200;
/**
 * After Effects accepts paths of at most 259 characters. 100 of them are for the scratch root, 88
 * for the folders in it, and some for an extension.
 */
const LONGEST_ON_WINDOWS = 60;
/** The start of an address of a file. */
const FILE = 'file://';

/**
 * Returns the template or asset if its `src` may be read and its other fields name no path outside
 * of the scratch folder. A file gets the `file://` address of its resolved path.
 */
export function checkSource(
  source: Record<string, unknown>,
  field: string,
  bounds: Bounds,
): Record<string, unknown> {
  const { name, extension, params } = source;
  if (
    name !== undefined &&
    name !== null &&
    name !== '' &&
    (typeof name !== 'string' || !isPlainName(name, bounds.paths))
  ) {
    refuse(
      `${field}.name`,
      'must be a plain file name: no / \\ : $ " | < > ? or *, not . or .., ' +
        `at most ${LONGEST_NAME} characters (${LONGEST_ON_WINDOWS} on Windows), and no device of ` +
        'Windows such as NUL.',
    );
  }
  if (
    extension !== undefined &&
    (typeof extension !== 'string' || !/^[A-Za-z0-9]{1,10}$/.test(extension))
  ) {
    refuse(`${field}.extension`, 'must be letters and digits, like "png".');
  }
  if (
    params !== undefined &&
    params !== null &&
    (!isRecord(params) || 'cachePath' in params || 'cacheManager' in params)
  ) {
    refuse(
      `${field}.params`,
      'may not hold a cache folder: downloads go into the scratch folder only.',
    );
  }
  if (isRecord(params) && params.proxy !== undefined && params.proxy !== null)
    checkHost(`${field}.params.proxy`, params.proxy, bounds);
  if (typeof source.src === 'string' && isStoreAddress(source.src)) {
    const { src } = source;
    checkStore(field, 'src', bounds, () => readStoreAddress(src, isRecord(params) ? params : {}));
    return source;
  }
  return { ...source, src: checkAddress(source.src, `${field}.src`, bounds) };
}

/** Refuses a text that has control characters. */
export function checkText(field: string, value: unknown): void {
  if (typeof value !== 'string' || /\p{Cc}/u.test(value))
    refuse(field, 'must be a text without line breaks or other control characters.');
}

function checkAddress(src: unknown, field: string, bounds: Bounds): string {
  const { assetRoots, paths } = bounds;
  if (typeof src !== 'string' || src === '')
    return refuse(field, 'is missing: give a file://, http:// or https:// address.');
  if (/^(https?):\/\//i.test(src)) {
    checkHost(field, src, bounds);
    return src;
  }
  if (/^data:/i.test(src)) return src;
  if (!isFullPath(src))
    return refuse(
      field,
      'must be a full path, or a file://, http://, https://, s3://, gs://, ftp://, ftps://, ' +
        'sftp:// or data: address.',
    );
  if (src.includes('$'))
    return refuse(
      field,
      'may not hold $, which nexrender would replace from the environment of the host.',
    );
  const { decoded, read } = readAddress(src, field);
  if (/[\0|]/.test(decoded)) return refuse(field, 'may not hold | or a null character.');
  const place = checkPlace(
    field,
    read,
    { folders: assetRoots, variable: 'RENDERDECK_ASSET_ROOTS' },
    paths,
  );
  const address = writeFileAddress(place);
  const again = readAddress(address, field).read(place.system);
  if (again === null || place.system.normalize(again.path) !== place.path) {
    refuse(field, `leads to ${place.path}, whose name nexrender cannot handle.`);
  }
  return address;
}

/** Reads a full path or a `file://` address, on one system. Refuses an address that is wrong. */
export function readAddress(
  text: string,
  field: string,
): { readonly decoded: string; read(system: PlatformPath): Place | null } {
  if (!text.startsWith(FILE)) return { decoded: text, read: (system) => readPath(text, system) };
  const decoded = decode(text.slice(FILE.length), field);
  return { decoded, read: (system) => readFilePath(decoded, system) };
}

/** Decodes an address exactly as nexrender does. */
function decode(text: string, field: string): string {
  try {
    return decodeURI(text);
  } catch {
    return refuse(field, 'is not a well-formed file:// address.');
  }
}

function isPlainName(name: string, paths: PathView): boolean {
  const longest = isForWindows(paths) ? LONGEST_ON_WINDOWS : LONGEST_NAME;
  return (
    !/[/\\:$"|<>?*\p{Cc}]/u.test(name) &&
    !/^\.*$|[. ]$/.test(name) &&
    !isMisread(name, paths) &&
    name.length <= longest
  );
}
