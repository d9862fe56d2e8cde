/** Servers for tests of sources and uploads. */
export { leftOut, startFtp, startSftp } from './file-servers.ts';
export { account, startGs } from './gs-server.ts';
export { LOGINS, REGION, startS3 } from './s3-server.ts';
