/** What a probe saw. `asExpected` is null when the probe cannot tell. */
export type Seen = { readonly seen: string; readonly asExpected: boolean | null };

/** One question to a real host. It leaves no file behind and ends only its own programs. */
export type Probe = {
  readonly name: string;
  /** The systems on which the question makes sense. */
  readonly systems: readonly NodeJS.Platform[];
  /** The behaviour that the design relies on, or that documents describe. */
  readonly expected: string;
  run(place: ProbePlace): Promise<Seen>;
};

export type ProbePlace = {
  /** A new folder for this probe alone, on the disk of the scratch root. */
  readonly folder: string;
};

export type ProbeResult = {
  readonly name: string;
  readonly expected: string;
  readonly seen: string;
  /**
   * notHere: the question is for another system. failed: the probe ended with an error, and `seen`
   * is that error.
   */
  readonly verdict: 'asExpected' | 'differs' | 'open' | 'notHere' | 'failed';
  readonly ms: number;
};
