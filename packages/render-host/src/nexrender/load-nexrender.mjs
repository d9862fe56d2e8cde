// @ts-check
/**
 * Loads @nexrender/core without its module for downloads, which is loaded at the first download.
 * Loading that module takes two thirds of the whole time, and most jobs read only files.
 */
import { createRequire, Module } from 'node:module';

const FETCH = 'make-fetch-happen';

/** @returns {any} */
export function loadNexrender() {
  const require = createRequire(import.meta.url);
  const ofCore = createRequire(require.resolve('@nexrender/core'));
  const path = ofCore.resolve(FETCH);
  if (path in ofCore.cache) return require('@nexrender/core');
  const later = Object.assign(new Module(path), { filename: path, loaded: true });
  later.exports = (/** @type {unknown[]} */ ...args) => ofCore(FETCH)(...args);
  ofCore.cache[path] = later;
  try {
    return require('@nexrender/core');
  } finally {
    // From now on a `require` of this module, and the first download, get the real module.
    delete ofCore.cache[path];
  }
}
