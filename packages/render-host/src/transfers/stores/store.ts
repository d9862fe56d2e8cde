/*
 * A store keeps files under keys: a bucket of S3 or of Google Cloud Storage, or a server of FTP or
 * SFTP. Each kind has a module (s3.mjs, gs.mjs, ftp.mjs, sftp.mjs) that exports `openStore`. It
 * loads its library when it is called, so that a render without such a source does not load it.
 *
 * Every method throws a TransferFailed for whatever the server or the connection does: its message
 * has no full stop and names no address and no secret, and `isPassing` says whether another try may
 * help. It throws the reason of the signal when that is aborted, and a store then holds no socket.
 * No method has a time limit of its own, retries, or writes a log.
 */

/** Where a file is kept. */
export type Place = {
  readonly scheme: 's3' | 'gs' | 'ftp' | 'ftps' | 'sftp';
  /** The server of ftp, ftps and sftp. Empty for s3 and gs. */
  readonly host: string;
  /** Null: the usual one. */
  readonly port: number | null;
  /** The bucket of s3 and gs. Empty for the others. */
  readonly bucket: string;
  /** Decoded. ftp and sftp: the path; without `/` in front it begins in the folder of the login. */
  readonly key: string;
  readonly region: string | null;
  /** The http(s) address of an S3 or GCS that is not the maker's own. */
  readonly endpoint: string | null;
};

/** How to sign in: of the job, or an entry of RENDERDECK_CREDENTIALS_FILE. */
export type Access = {
  /** ftp, ftps, sftp. Without a user: anonymous for ftp; sftp refuses. */
  readonly user?: string;
  readonly password?: string;
  /** sftp: the text of a private key, and its passphrase. */
  readonly privateKey?: string;
  readonly passphrase?: string;
  /** sftp: the fingerprints (`SHA256:…`) that the server may have. Without any: not checked. */
  readonly hostKeys?: readonly string[];
  /** s3. Without any of these: as the SDK finds them in the environment. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly roleSessionName?: string;
  readonly externalId?: string;
  /** gs: the content of a key file. Without it: as the library finds it in the environment. */
  readonly serviceAccount?: Readonly<Record<string, unknown>>;
  /** s3, gs, ftps: false accepts any certificate; the text of a CA's certificate. */
  readonly strictSSL?: boolean;
  readonly ca?: string;
};

/** What a store says of a file. */
export type StoredFile = {
  /** In bytes; null: the server does not say. */
  readonly size: number | null;
  /**
   * Names this content of the file: an ETag, a generation, or the size with the time of the last
   * change. Null: the server names none, so that the rest cannot be asked for after a cut.
   */
  readonly version: string | null;
  readonly contentType: string | null;
  /** Of the whole file, where the server tells one that is of its content for certain. */
  readonly sums: readonly {
    /** A name that `createHash` of node:crypto takes, or `crc32c`. */
    readonly algorithm: string;
    /** In base64. */
    readonly value: string;
    /** How the reason of a failure names it, such as `x-goog-hash`. */
    readonly whose: string;
  }[];
};

/** What an upload may set. A store ignores what it does not have. */
export type UploadOptions = {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly acl?: string;
  readonly metadata?: Readonly<Record<string, string>>;
};

/** An upload whose bytes have all arrived, and which has no final name yet. Plain data. */
export type Uploaded = {
  readonly key: string;
  /** What `remove` needs, as text. It names no secret. */
  readonly temporary: string;
  /** What `finish` needs besides, such as the parts of an upload to S3, as text. */
  readonly proof: string;
};

export type Store = {
  describe(key: string): Promise<StoredFile>;
  /**
   * The bytes of this version of the file from `from` on. Fails with `isPassing` if the file has
   * another version by now.
   */
  read(key: string, from: number, version: string | null): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Uploads the file at this path of the host under a name that nobody takes for the final one, and
   * compares size and checksum with what the server says has arrived. `onBegun` gets what `remove`
   * needs, before the first byte is sent; it may be slow. Nothing has the final name yet.
   */
  upload(
    path: string,
    key: string,
    options: UploadOptions & {
      /** The name of the temporary file beside the final one, without its folder. */
      readonly temporaryName: string;
      onBegun(temporary: string): Promise<void>;
      /** Bytes that have been sent since the last call. */
      onSent(bytes: number): void;
    },
  ): Promise<Uploaded>;
  /**
   * Gives the file its final name, or replaces the file that has it, in one step if the server can.
   * It may be another connection than that of the upload, minutes later, and a second time: it then
   * finds out whether it was done. Throws a TransferFailed with `isMaybe` if the server may have
   * done it: its answer was lost.
   */
  finish(uploaded: Uploaded): Promise<void>;
  /** Removes an upload that was not finished. One that does not exist counts as removed. */
  remove(temporary: string): Promise<void>;
  /** Ends all connections at once. Never throws. */
  close(): Promise<void>;
};

export type OpenStore = (
  place: Place,
  access: Access,
  how: {
    readonly signal: AbortSignal;
    /** A sentence for the log of the job, such as that a host key was not checked. */
    onNote(sentence: string): void;
  },
) => Promise<Store>;
