/** Prints the steps of the tour and keeps the claims that did not hold. */
export class Transcript {
  readonly failures: string[] = [];
  readonly #print: (line: string) => void;
  #step = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  step(title: string): void {
    this.#step += 1;
    this.#print(`\n${this.#step}. ${title}`);
  }

  print(line: string): void {
    this.#print(`   ${line}`);
  }

  /** A claim that must hold: printed either way; the tour fails where it does not hold. */
  check(holds: boolean, claim: string): void {
    this.#print(`   ${holds ? '✓' : '✗'} ${claim}`);
    if (!holds) this.failures.push(claim);
  }
}
