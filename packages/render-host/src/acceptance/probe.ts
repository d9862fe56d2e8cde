/** What a probe saw. `asExpected`: null where it cannot be said. */
export type Seen = { readonly seen: string; readonly asExpected: boolean | null };

/** One question to a real host. It leaves nothing behind and ends nothing that it did not start. */
export type Probe = {
  readonly name: string;
  /** The systems that it asks something. */
  readonly systems: readonly NodeJS.Platform[];
  /** What the design counts on, or what is known from documents. */
  readonly expected: string;
  run(place: ProbePlace): Promise<Seen>;
};

export type ProbePlace = {
  /** A new folder of this probe alone, on the disk of the scratch root. */
  readonly folder: string;
};

export type ProbeResult = {
  readonly name: string;
  readonly expected: string;
  readonly seen: string;
  /**
   * notHere: the question is one of another system. failed: the probe itself ended with an error;
   * `seen` is that error.
   */
  readonly verdict: 'asExpected' | 'differs' | 'open' | 'notHere' | 'failed';
  readonly ms: number;
};
