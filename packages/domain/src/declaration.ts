/** An admin declared a host gone: who, when and why. It is no proof. */
export type Declaration = { readonly by: string; readonly at: Date; readonly reason: string };
