/** Which addresses of this computer others on its network can reach. */

import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";

/** Private ranges first: those are the venue's and the home's networks. @see RFC 1918 section 3 */
const PRIVATE = [/^192\.168\./, /^10\./, /^172\.(1[6-9]|2\d|3[01])\./] as const;

/** This computer's IPv4 addresses on its networks, the likeliest first. */
export function networkAddresses(interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces()): readonly string[] {
  const found = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && isIPv4(address) && !address.startsWith("169.254."))
    .map(({ address }) => address);
  return [...new Set(found)].toSorted((a, b) => rank(a) - rank(b));
}

function rank(address: string): number {
  const at = PRIVATE.findIndex((range) => range.test(address));
  return at < 0 ? PRIVATE.length : at;
}
