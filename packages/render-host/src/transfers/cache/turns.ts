/**
 * On a host, one render at a time downloads an address, so that the others find the file in the
 * cache. An address whose last file could not be kept has no turns: to wait would help nobody.
 */
export class Turns {
  /** Who has the turn of an address, and who waits for it, in order. */
  readonly #lines = new Map<string, Waiting[]>();
  readonly #unkept = new Set<string>();

  /** Resolves when `who` has the turn, or when none is needed. Nobody waits while he has a turn. */
  take(address: string, who: object): Promise<void> {
    if (this.#unkept.has(address)) return Promise.resolve();
    return new Promise((begin) => {
      const line = this.#lines.get(address) ?? [];
      this.#lines.set(address, line);
      line.push({ who, begin });
      if (line.length === 1) begin();
    });
  }

  /** The download has ended. `isKept`: null if that is not known, because it failed. */
  free(address: string, who: object, isKept: boolean | null): void {
    if (isKept === true) this.#unkept.delete(address);
    if (isKept === false) this.#remember(address);
    const [first, ...others] = this.#lines.get(address) ?? [];
    if (first?.who !== who) return;
    if (isKept === false || others.length === 0) this.#lines.delete(address);
    else this.#lines.set(address, others);
    for (const { begin } of isKept === false ? others : others.slice(0, 1)) begin();
  }

  /** This render is over: it frees its turns, and waits for none. */
  leave(who: object): void {
    for (const [address, line] of [...this.#lines]) {
      const others = line.filter((one, place) => place === 0 || one.who !== who);
      for (const { begin } of line.filter((one) => !others.includes(one))) begin();
      this.#lines.set(address, others);
      if (line[0]?.who === who) this.free(address, who, null);
    }
  }

  #remember(address: string): void {
    this.#unkept.delete(address);
    this.#unkept.add(address);
    const [oldest] = this.#unkept;
    if (this.#unkept.size > MOST_REMEMBERED && oldest !== undefined) this.#unkept.delete(oldest);
  }
}

const MOST_REMEMBERED = 10_000;

type Waiting = { readonly who: object; readonly begin: () => void };
