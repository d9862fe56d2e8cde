import type { CachedSources } from '@renderdeck/domain';
import { formatFileSize } from '../file-size.ts';

/** "3 of 7 sources from the cache, 1.2 GB". Null if there is nothing to say. */
export function describeCached(cachedSources: CachedSources | null): string | null {
  if (cachedSources === null || cachedSources.sources === 0) return null;
  const { sources, cached, bytes } = cachedSources;
  const size = cached === 0 ? '' : `, ${formatFileSize(bytes)}`;
  return `${cached} of ${sources} ${sources === 1 ? 'source' : 'sources'} from the cache${size}`;
}
