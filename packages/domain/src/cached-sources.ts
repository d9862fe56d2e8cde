import { INTEGER, type Of, object } from './shape.ts';

/** How many of the sources that an attempt downloads came from the cache of its host. */
export const CACHED_SOURCES = object({
  /** All sources that are not files of the host. */
  sources: INTEGER,
  cached: INTEGER,
  /** The bytes that did not have to be downloaded. */
  bytes: INTEGER,
});
export type CachedSources = Of<typeof CACHED_SOURCES>;
