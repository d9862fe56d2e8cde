/** The command that a person runs on the new host. `url`: the address of the API. */
export function joinCommand(url: string, token: string): string {
  return `renderdeck worker join ${url.replace(/\/+$/, '')} ${token}`;
}
