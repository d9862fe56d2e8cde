import type { Database } from '@renderdeck/store';

/** The same database with a list of the methods called on it, inside transactions too. */
export function recordStatements(db: Database): {
  readonly db: Database;
  readonly statements: string[];
} {
  const statements: string[] = [];
  const record = <Target extends Database>(target: Target): Target =>
    new Proxy(target, {
      get(of, name) {
        const method: unknown = Reflect.get(of, name);
        if (name === '_') statements.push('prepared');
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          statements.push(String(name));
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
  return { db: record(db), statements };
}
