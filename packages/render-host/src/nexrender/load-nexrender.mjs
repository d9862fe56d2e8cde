// @ts-check
/**
 * Loads @nexrender/core. What it downloads with comes with the first download only: it takes two
 * thirds of the time of all, and most jobs read files.
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
    // Whoever else asks for it, and the first download, gets it itself.
    delete ofCore.cache[path];
  }
}
