// @ts-check
/** Which uploads of a job Renderdeck does itself. */

export const UPLOAD = '@nexrender/action-upload';
/** The providers whose work is done here. */
const PROVIDERS = ['s3', 'gs', 'ftp', 'sftp'];

/** @typedef {{ module: string, provider?: unknown }} AnyAction */

/** Whether Renderdeck does this upload itself. @param {AnyAction} action */
export function isUpload({ module, provider }) {
  return module === UPLOAD && PROVIDERS.includes(`${provider}`);
}

/** Whether nexrender's module must do this upload. @param {AnyAction} action */
export function needsModule(action) {
  return action.module === UPLOAD && !isUpload(action);
}
