import { explainOutage, isOfDatabase } from '@renderdeck/store/connect';
import type { Logger, LoggerOptions } from 'pino';

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

/** Pino's level of fatal lines, which are never left out. */
const FATAL = 60;
const GOES_ON = 'This worker tries again.';

/**
 * Logs a condition of the database in one line. Every loop meets it, again and again, and each
 * would log an error with a stack. A line with more facts than the error stays. Pino calls
 * `logMethod` for each line.
 */
export class OutageLog {
  readonly logMethod: LogMethod;
  readonly #told = new Set<string>();
  #since = 0;
  #leftOut = 0;

  constructor() {
    const tell = (outage: string) => this.#tell(outage);
    this.logMethod = function logMethod(args, method, level) {
      const [facts, what]: readonly unknown[] = args;
      const error = level >= FATAL ? null : onlyErrorOf(facts);
      const outage = isOfDatabase(error) ? explainOutage(error) : null;
      if (outage === null) method.apply(this, args);
      else if (tell(outage)) method.apply(this, [{ while: what }, `${outage} ${GOES_ON}`]);
    };
  }

  /** Logs an error of a connection. */
  report(log: Logger, error: unknown, what: string): void {
    const outage = explainOutage(error);
    if (outage === null) log.error({ err: error }, what);
    else if (this.#tell(outage)) log.error({ while: what }, `${outage} ${GOES_ON}`);
  }

  /** The database has answered. */
  over(log: Logger): void {
    if (this.#told.size === 0) return;
    const afterMs = Math.round(performance.now() - this.#since);
    log.info({ afterMs, errorsLeftOut: this.#leftOut }, 'the database answers again');
    this.#told.clear();
    this.#leftOut = 0;
  }

  /** Whether nobody was told of this condition before. */
  #tell(outage: string): boolean {
    if (this.#told.size === 0) this.#since = performance.now();
    const isNew = !this.#told.has(outage);
    if (isNew) this.#told.add(outage);
    else this.#leftOut += 1;
    return isNew;
  }
}

function onlyErrorOf(facts: unknown): unknown {
  if (typeof facts !== 'object' || facts === null) return null;
  const [only, ...others] = Object.keys(facts);
  return only === 'err' && others.length === 0 ? Reflect.get(facts, 'err') : null;
}
