// @ts-check
/**
 * All looks by their names. process/looks.ts runs them in a program of its own, because a file or
 * folder may lie on a share that does not answer, and other users may exchange it. A look calls
 * `at` with each path before it touches that path. docs/hosts.md lists all looks.
 */
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findAerender } from '../nexrender/find-aerender.mjs';
import { findPatch, findUnprepared, isStandIn } from '../nexrender/look-at-renderer.mjs';
import { findMoved } from '../nexrender/moves.mjs';
import { readRegular } from '../paths/open-regular.mjs';
import { resolveLinks } from '../paths/resolve-links.mjs';
import { listArrived, walkFiles } from '../paths/walk-files.mjs';

/** @typedef {(path: string) => void} At */

export const LOOKS = {
  /** @param {At} at @param {string | null} given */
  findAerender: async (at, given) => findAerender(given, at),
  isStandIn,
  findPatch,
  findUnprepared,
  findMoved,
  /** Ends without an error when the path answers. @param {At} at @param {string} path */
  async answers(at, path) {
    at(path);
    await stat(path).catch(() => undefined);
  },
  /**
   * Each folder on the way from a path up to the root: its real path and its rights, or null where
   * nothing exists. @param {At} at @param {string} path
   */
  async findWay(at, path) {
    /** @type {{ real: string, mode: number | null }[]} */
    const way = [];
    for (let step = path; ; step = dirname(step)) {
      at(step);
      const real = await realpath(step).catch(() => step);
      way.push({ real, mode: (await stat(real).catch(() => null))?.mode ?? null });
      if (dirname(step) === step) return way;
    }
  },
  /** @param {At} at @param {readonly string[]} paths */
  async resolveLinks(at, paths) {
    return paths.map((path) => {
      at(path);
      return resolveLinks(path);
    });
  },
  /** @param {At} at @param {readonly string[]} folders */
  async walkFiles(at, folders) {
    at(folders[0] ?? '');
    return await walkFiles(folders);
  },
  /** @param {At} at @param {string} folder */
  async listArrived(at, folder) {
    at(folder);
    return await listArrived(folder);
  },
  /**
   * The first of these paths that is a file; null when none is.
   *
   * @param {At} at
   * @param {readonly string[]} paths
   */
  async findFile(at, paths) {
    for (const path of paths) {
      at(path);
      if ((await stat(path).catch(() => null))?.isFile()) return path;
    }
    return null;
  },
  /** Null when the path is missing or no regular file. @param {At} at @param {string} path */
  async readBytes(at, path) {
    at(path);
    return await readRegular(path, { follow: true }).catch(() => null);
  },
  /** Null when the folder cannot be listed. @param {At} at @param {string} folder */
  async listNames(at, folder) {
    at(folder);
    return await readdir(folder).catch(() => null);
  },
};
