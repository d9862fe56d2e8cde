/** What nexrender does now, as the host names it, in words: "waiting to publish". */
export function describePhase(phase: string): string {
  return phase.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
