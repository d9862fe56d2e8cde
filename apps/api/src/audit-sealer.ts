import { WRITES } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import { coalesce } from './coalesce.ts';

/** So long after an act its line is sealed, with those of the acts beside it; and so often it is looked for lines that others left. */
const TOGETHER_MS = 50;
const LOOK_EVERY_MS = 5000;
const LEAVES_LINES: ReadonlySet<string | symbol> = new Set([...WRITES, 'recordRefusal']);

/** Seals audit lines in the background (operations/audit/seal-audit.ts tells how): soon after each act of this server, and what other programs left. */
export function auditSealer(seal: () => Promise<unknown>, onError: (error: unknown) => void) {
  let soon: NodeJS.Timeout | null = null;
  const look = coalesce(async () => {
    soon = null;
    await seal();
  }, onError);
  const timer = setInterval(look, LOOK_EVERY_MS);
  const wake = () => {
    soon ??= setTimeout(look, TOGETHER_MS);
  };
  return {
    /** The same port, but each act that leaves a line is followed by a look at what there is to seal. */
    after(port: AdminPort): AdminPort {
      return new Proxy(port, {
        get(target, name) {
          const method: unknown = Reflect.get(target, name);
          if (typeof method !== 'function' || !LEAVES_LINES.has(name)) return method;
          return (...args: unknown[]) => {
            const result: unknown = Reflect.apply(method, target, args);
            if (result instanceof Promise) result.then(wake, wake);
            return result;
          };
        },
      });
    },
    stop(): void {
      clearInterval(timer);
      if (soon !== null) clearTimeout(soon);
    },
  };
}
