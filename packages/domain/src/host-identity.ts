/**
 * What is known of a render host. A name can be set by anybody; these facts cannot. A fact that the
 * host cannot read is null.
 */
export type HostIdentity = {
  /** Made once, on the first start with a scratch root; copied with it. */
  readonly hostId: string;
  /** From the operating system; clones of one image share it. */
  readonly machineId: string | null;
  /** UUID of the hardware or of the virtual machine. */
  readonly hardwareId: string | null;
  /** New with each boot. */
  readonly bootId: string;
  /** Processes of another namespace are not visible; null where the system has none. */
  readonly pidNamespace: string | null;
};
