import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { expect, test } from "vitest";
import { networkAddresses } from "./addresses.ts";
import { openAuthority } from "./authority.ts";

const DAY_MS = 86_400_000;
const folder = (): string => mkdtempSync(join(tmpdir(), "odeon-lan-"));
const NAMES = ["192.168.7.20", "127.0.0.1", "evening.local"];

test("a TLS client that trusts the authority, and nothing else, accepts the house under each of its names", async () => {
  const paths = await openAuthority(folder(), NAMES, Date.now());
  const server = createServer({ cert: readFileSync(paths.cert), key: readFileSync(paths.key) });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", () => done()));
  const { port } = server.address() as { readonly port: number };
  const accepted = (trust: Buffer | undefined, servername: string): Promise<boolean> =>
    new Promise((done) => {
      const socket = connect({
        host: "127.0.0.1",
        port,
        ...(trust === undefined ? {} : { ca: trust }),
        checkServerIdentity: () => undefined,
        servername,
      });
      socket.once("secureConnect", () => {
        done(socket.authorized);
        socket.destroy();
      });
      socket.once("error", () => done(false));
    });
  expect(await accepted(readFileSync(paths.authority), "evening.local")).toBe(true);
  expect(await accepted(undefined, "evening.local")).toBe(false);
  server.close();
  const certificate = new X509Certificate(readFileSync(paths.cert));
  for (const name of NAMES.slice(0, 2)) expect(certificate.checkIP(name)).toBe(name);
  expect(certificate.checkHost("evening.local")).toBe("evening.local");
  expect(certificate.checkIP("192.168.7.21")).toBeUndefined();
  expect(new X509Certificate(readFileSync(paths.authority)).ca).toBe(true);
  expect(certificate.ca).toBe(false);
});

test("it is kept from start to start; another address or an end that is near makes a new certificate by the same authority", async () => {
  const home = folder();
  const now = Date.now();
  const read = async (names: readonly string[], at: number): Promise<{ readonly authority: string; readonly cert: string }> => {
    const paths = await openAuthority(home, names, at);
    return { authority: readFileSync(paths.authority, "utf8"), cert: readFileSync(paths.cert, "utf8") };
  };
  const first = await read(NAMES, now);
  expect(await read(NAMES, now + 300 * DAY_MS)).toEqual(first);
  const moved = await read(["10.0.0.9", ...NAMES], now);
  expect(moved.cert).not.toBe(first.cert);
  expect(moved.authority).toBe(first.authority);
  expect((await read(["10.0.0.9"], now + 380 * DAY_MS)).cert).not.toBe(moved.cert);
});

test("keys are readable by their owner only", async () => {
  const home = folder();
  await openAuthority(home, NAMES, Date.now());
  for (const name of ["odeon-ca.key", "server.key"]) expect(statSync(join(home, name)).mode & 0o077).toBe(0);
});

test("of a computer's addresses the venue's network comes first; loopback, link-local and IPv6 are left out", () => {
  const one = (address: string, internal = false): never => ({ address, internal, family: "IPv4", netmask: "", mac: "", cidr: null }) as never;
  expect(
    networkAddresses({
      lo: [one("127.0.0.1", true)],
      vpn: [one("100.64.0.7")],
      eth: [one("169.254.3.3"), one("10.1.2.3")],
      wifi: [one("192.168.7.20"), one("fe80::1")],
    }),
  ).toEqual(["192.168.7.20", "10.1.2.3", "100.64.0.7"]);
});
