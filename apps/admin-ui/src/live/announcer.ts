export type Announcement = { readonly text: string; readonly urgent: boolean };
export type Announcer = {
  /** Lets a screen reader say this when it is free. Not for progress. */
  say(text: string): void;
  /**
   * Lets it say this at once. Only for: not live for 10 s, a stop that is not proven, signed out.
   */
  alarm(text: string): void;
  subscribe(listener: (announcement: Announcement) => void): () => void;
};

/** Passes what a screen reader must say to the live regions of the page. */
export function createAnnouncer(): Announcer {
  const listeners = new Set<(announcement: Announcement) => void>();
  const send = (text: string, urgent: boolean) => {
    for (const listener of listeners) listener({ text, urgent });
  };
  return {
    say: (text) => send(text, false),
    alarm: (text) => send(text, true),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
