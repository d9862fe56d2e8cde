/* Vitest runs this before each test file of the page; a file may have no window. */
import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// Long timeouts for busy machines; each wait ends as soon as its condition holds.
vi.setConfig({ testTimeout: 90_000 });
configure({ asyncUtilTimeout: 30_000 });

if ('window' in globalThis) {
  // Browser features that jsdom lacks.
  Object.assign(window, {
    matchMedia: (media: string) => ({
      media,
      matches: false,
      addEventListener() {},
      removeEventListener() {},
    }),
    ResizeObserver: class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
    scrollTo() {},
    scrollBy() {},
  });
  afterEach(async () => {
    cleanup();
    vi.useRealTimers();
    // What a part of the page does right after its end still finds the window, and does not go back
    // from the next test.
    window.history.replaceState(null, '');
    await new Promise((resolve) => setTimeout(resolve));
    window.localStorage.clear();
    window.sessionStorage.clear();
  });
}
