// The tRPC server refuses to run if `window` exists, except under Deno.
Object.assign(globalThis, { Deno: {} });
