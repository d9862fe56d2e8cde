// @ts-check
/** The variables of the environment that the stores read, or set for their libraries. */

/** The login of S3 that nexrender reads, and the region. */
export function readOfAmazon() {
  const { AWS_REGION, AWS_PROFILE, AWS_ACCESS_KEY, AWS_SECRET_KEY } = process.env;
  return { region: AWS_REGION, profile: AWS_PROFILE, id: AWS_ACCESS_KEY, secret: AWS_SECRET_KEY };
}

/** The SDK warns in the log of each render that it will need a newer Node. */
export function silenceAmazon() {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}

/** Google's library waits on every machine for a server that only Google's machines have. */
export function speedGoogleUp() {
  process.env.METADATA_SERVER_DETECTION ??= 'bios-only';
}
