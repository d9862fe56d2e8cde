// The tRPC server refuses to run where `window` exists, except under Deno.
Object.assign(globalThis, { Deno: {} });
