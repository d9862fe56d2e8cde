// tRPC's server refuses to start where there is a window, unless it is told otherwise in this way.
Object.assign(globalThis, { Deno: {} });
