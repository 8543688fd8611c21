/**
 * A certificate authority of this house's own, for `--lan`: phones on the same network take its certificate once.
 *
 * @see RFC 5280 sections 4.2.1.3, 4.2.1.6 and 4.2.1.9
 */

import "reflect-metadata";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** Where the certificates are; PEM files. */
export interface LanCertificates {
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Browsers refuse longer ones. */
const SERVER_DAYS = 397;
/** A server certificate with less than this left is made anew. */
const RENEW_DAYS = 30;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

/**
 * The house's certificates for `names`, made where they are missing, run out, or are for other names. The authority stays, so that phones keep their trust.
 *
 * @param folder in the data folder; keys in it are readable by the owner only
 * @param names host names and addresses
 * @param now milliseconds since 1970
 */
export async function openAuthority(folder: string, names: readonly string[], now: number): Promise<LanCertificates> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const paths = { authority: join(folder, "odeon-ca.crt"), cert: join(folder, "server.crt"), key: join(folder, "server.key") };
  const authorityKey = join(folder, "odeon-ca.key");
  if (!existsSync(paths.authority) || !existsSync(authorityKey)) await makeAuthority(paths.authority, authorityKey, now);
  const issuer = { certificate: new X509Certificate(readFileSync(paths.authority, "utf8")), key: await readKey(authorityKey) };
  if (!isGood(paths, names, { issuer: issuer.certificate, now })) await makeServer(paths, names, { issuer, now });
  return paths;
}

async function makeAuthority(path: string, keyPath: string, now: number): Promise<void> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=Odeon on this network ${randomBytes(2).toString("hex")}`,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await writeKey(keyPath, keys.privateKey);
  writeFileSync(path, certificate.toString("pem"));
}

async function makeServer(
  paths: LanCertificates,
  names: readonly string[],
  by: { readonly issuer: { readonly certificate: X509Certificate; readonly key: CryptoKey }; readonly now: number },
): Promise<void> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${names[0] ?? "odeon"}`,
    issuer: by.issuer.certificate.subject,
    notBefore: new Date(by.now - DAY_MS),
    notAfter: new Date(by.now + SERVER_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: by.issuer.key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([SERVER_AUTH]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value }))),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await writeKey(paths.key, keys.privateKey);
  writeFileSync(paths.cert, `${certificate.toString("pem")}\n${by.issuer.certificate.toString("pem")}\n`);
}

function isGood(paths: LanCertificates, names: readonly string[], at: { readonly issuer: X509Certificate; readonly now: number }): boolean {
  if (!existsSync(paths.cert) || !existsSync(paths.key)) return false;
  const certificate = new X509Certificate(readFileSync(paths.cert, "utf8"));
  if (certificate.issuer !== at.issuer.subject || certificate.notAfter.getTime() - at.now < RENEW_DAYS * DAY_MS) return false;
  const covered = new Set(certificate.getExtension(SubjectAlternativeNameExtension)?.names.items.map(({ value }) => value));
  return names.every((name) => covered.has(name));
}

function serial(): string {
  // Positive and never zero.
  return `01${randomBytes(8).toString("hex")}`;
}

async function readKey(path: string): Promise<CryptoKey> {
  const [der] = PemConverter.decode(readFileSync(path, "utf8"));
  return crypto.subtle.importKey("pkcs8", der ?? new ArrayBuffer(0), ALGORITHM, true, ["sign"]);
}

async function writeKey(path: string, key: CryptoKey): Promise<void> {
  writeFileSync(path, PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY"), { mode: 0o600 });
}
