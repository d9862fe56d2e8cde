/** Tells what was done and seen, and keeps what did not hold. */
export class Transcript {
  readonly failures: string[] = [];
  readonly #say: (line: string) => void;
  #step = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  step(title: string): void {
    this.#step += 1;
    this.#say(`\n${this.#step}. ${title}`);
  }

  tell(line: string): void {
    this.#say(`   ${line}`);
  }

  /** A claim that must hold: told either way, and the tour fails where it does not. */
  check(holds: boolean, claim: string): void {
    this.#say(`   ${holds ? '✓' : '✗'} ${claim}`);
    if (!holds) this.failures.push(claim);
  }
}
