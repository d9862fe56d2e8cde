import { type PlatformPath, posix, win32 } from 'node:path';
import type { JobRules } from '@renderdeck/domain';
import { mapPath } from '../paths/map-path.ts';
import type { PathView } from '../paths/path-view.ts';
import { type Place, readPath, stepsOut } from '../paths/read-path.ts';
import { Refusal, refuse, refuseHere } from './refusal.ts';

/** The allowed folders, and the name of the setting that lists them. */
export type Roots = { readonly folders: readonly string[]; readonly variable: string };

/** Returns the place that a path leads to, if it is inside the roots. `read` serves one system. */
export function checkPlace(
  field: string,
  read: (system: PlatformPath) => Place | null,
  roots: Roots,
  paths: PathView,
): Place {
  const readings = readPlaces(field, read, paths);
  const { folders, variable } = roots;
  const nothingListed = folders.length === 0;
  if (nothingListed && !paths.emptyListAllows) {
    refuseHere(
      field,
      `lies outside of the scratch folder, and this host allows no other: ${variable} is not set.`,
    );
  }
  const places = readings.flatMap(({ system, path }) => {
    const followed = paths.follow({ system, path });
    return followed === null ? [] : [{ system, path: followed }];
  });
  const [first] = places;
  if (first === undefined) return refuseHere(field, 'cannot be followed to a place on this host.');
  if (nothingListed) return first;
  const inside = places.find((place) => folders.some((root) => isInRoot(root, place, paths)));
  return inside ?? refuseHere(field, `leads to ${first.path}, which lies outside of ${variable}.`);
}

/** The places that a text names. A mapping of this host is applied where one holds the path. */
function readPlaces(
  field: string,
  read: (system: PlatformPath) => Place | null,
  { systems, mappings }: PathView,
): Place[] {
  const [own] = systems;
  const named = [posix, win32].flatMap((system) => read(system) ?? []);
  // A mapping would resolve the step up to a parent folder (`..`).
  if (named.some(({ path }) => stepsOut(path))) refuse(field, 'may not hold .. between folders.');
  const mapped = own === undefined ? null : mapPath(read, mappings, own);
  if (mapped !== null) return [mapped];
  const readings = systems.flatMap((system) => read(system) ?? []);
  if (readings.length > 0) return readings;
  const [other] = named;
  if (other === undefined)
    return refuse(
      field,
      'must be a full path: from /, or on Windows with a drive or a share, no other colon, ' +
        'and no name that Windows reads as another one (NUL, or a dot or blank at its end).',
    );
  const system = other.system === win32 ? 'Windows' : 'Linux or macOS';
  throw new Refusal(
    field,
    `is a path of ${system}, and this host has another system: RENDERDECK_PATH_MAP says where ` +
      'such a folder lies on it.',
    'otherSystem',
  );
}

/** Resolves the links of the root, because the links of the place are resolved too. */
function isInRoot(root: string, { system, path }: Place, paths: PathView): boolean {
  const place = readPath(root, system);
  const from = place === null ? null : paths.follow(place);
  return from !== null && isInside(from, path, system);
}

/** Whether a path is the root or lies below it. Both are absolute and have no links. */
export function isInside(root: string, path: string, system: PlatformPath): boolean {
  const way = system.relative(root, path);
  return way === '' || (!/^\.\.(?:[/\\]|$)/.test(way) && !system.isAbsolute(way));
}

/** The rules of this host, and how its paths are read. */
export type Bounds = JobRules & { readonly paths: PathView };
