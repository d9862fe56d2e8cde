/** One thing to measure. Its name is also the name of its row in the table. */
export type Side = {
  readonly what: string;
  /** Measures one turn. Returns ms or a rate. */
  measure(round: number): Promise<number>;
};
export type Taken = (what: string) => readonly number[];

/**
 * Lets each side take its turn in every round, so that all sides have the same load of the machine.
 * The order changes from round to round. Returns what each side measured, by its name. The first
 * rounds are a warm-up and do not count.
 */
export async function takeTurns(
  sides: readonly Side[],
  { rounds, warmUp = 1 }: { readonly rounds: number; readonly warmUp?: number },
): Promise<Taken> {
  const taken = new Map<string, number[]>(sides.map(({ what }) => [what, []]));
  const order = [...sides];
  for (let round = 0; round < rounds + warmUp; round += 1) {
    for (const side of order) {
      const measured = await side.measure(round);
      if (round >= warmUp) taken.get(side.what)?.push(measured);
    }
    order.push(...order.splice(0, 1));
  }
  return (what) => taken.get(what) ?? [];
}
