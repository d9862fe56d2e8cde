import type { Database } from '@renderdeck/store';

/** The same database, and the statements sent through it in order, inside transactions too. */
export function recordStatements(db: Database): {
  readonly db: Database;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const record = <Target extends Database>(target: Target): Target =>
    new Proxy(target, {
      get(of, name) {
        const method: unknown = Reflect.get(of, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          asked.push(String(name));
          const [work] = args;
          const within = (tx: Database): unknown =>
            typeof work === 'function' ? Reflect.apply(work, undefined, [record(tx)]) : null;
          return Reflect.apply(
            method,
            of,
            name === 'transaction' ? [within, ...args.slice(1)] : args,
          );
        };
      },
    });
  return { db: record(db), asked };
}
