/** Who is really asking: what a proxy says is believed of trusted proxies only. */

import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";
import { Fault } from "@odeon/core/shared/fault";

/** The headers that tell the house who asks. */
export interface Forwarded {
  readonly "x-forwarded-for": string;
  readonly "x-forwarded-proto": string;
  readonly "x-forwarded-host": string;
}

/** Reads addresses and CIDR ranges. @throws Fault `setting_invalid` */
export function readTrusted(list: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  for (const item of list) {
    const [address = "", prefix] = item.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    const bits = prefix === undefined ? (family === "ipv6" ? 128 : 32) : Number(prefix);
    if (isIP(address) === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === "ipv6" ? 128 : 32))
      throw new Fault("setting_invalid", `ODEON_TRUSTED_PROXIES: ${item} is neither an address nor a range`);
    trusted.addSubnet(address, bits, family);
  }
  return (address) => {
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && trusted.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
  };
}

/** An IPv4 address that came over an IPv6 socket is an IPv4 address. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

/**
 * What the house is told. From an untrusted peer whatever it claims is replaced by what is known of it; a trusted proxy's list is continued.
 */
export function forwardedOf(
  headers: IncomingHttpHeaders,
  peer: { readonly address: string; readonly trusted: boolean; readonly tls: boolean },
): Forwarded {
  const own = { for: plainAddress(peer.address), proto: peer.tls ? "https" : "http", host: single(headers.host) ?? "" };
  if (!peer.trusted) return { "x-forwarded-for": own.for, "x-forwarded-proto": own.proto, "x-forwarded-host": own.host };
  const before = single(headers["x-forwarded-for"]);
  const proto = single(headers["x-forwarded-proto"]);
  return {
    "x-forwarded-for": before === undefined ? own.for : `${before}, ${own.for}`,
    "x-forwarded-proto": proto === "https" || proto === "http" ? proto : own.proto,
    "x-forwarded-host": single(headers["x-forwarded-host"]) ?? own.host,
  };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
