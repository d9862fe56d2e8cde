export type CountedTime = { readonly atMostMs: number; readonly count: number };

/**
 * The values of one measure in one hour, or in several. `unproven`: stops whose proof may still
 * come in time. `queued`: jobs that wait now for their first claim, by the time so far. `watched`:
 * the time in which samples of the farm were taken; `on`: the part of it in which a host was on.
 */
export type MeasuredRow = CountedTime & {
  readonly name:
    | 'waiting'
    | 'ended'
    | 'busy'
    | 'asked'
    | 'proven'
    | 'timeToDead'
    | 'timeToClean'
    | 'unproven'
    | 'queued'
    | 'watched'
    | 'on';
  readonly hour: Date;
  readonly part: string;
  readonly sumMs: number;
};
