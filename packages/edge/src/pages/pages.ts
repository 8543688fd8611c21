/** The pages and their assets, in memory, compressed once. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { Fault } from "@odeon/core/shared/fault";
import { assertMethod, type Call } from "../http/call.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".mp3": "audio/mpeg",
  ".wav": "audio/wav",
  ".ogg": "audio/ogg",
  ".wasm": "application/wasm",
};
const COMPRESSIBLE = /^(text|application\/(json|manifest)|image\/svg)/;
const PAGES: Readonly<Record<string, string>> = { "": "home.html", s: "listen.html", stage: "stage.html", control: "control.html", lan: "lan.html" };
const AUTHORITY = "lan/odeon-ca.crt";
const SECURITY = {
  "content-security-policy":
    "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "permissions-policy": "microphone=(self)",
  "x-content-type-options": "nosniff",
};
/** What is said where the pages were not built. */
const BARE = Buffer.from(
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Odeon</title><p>The pages are not built. Run <code>npm run build</code>, then start again.</p></html>',
);

interface Page {
  readonly type: string;
  readonly etag: string;
  readonly immutable: boolean;
  readonly plain: Buffer;
  br: Buffer | null;
  gzip: Buffer | null;
}

/** Every file of a folder, ready to be sent. */
export class Pages {
  readonly #pages = new Map<string, Page>();

  /**
   * Reads the folder; a folder that is missing gives one page that says so. Compressing goes on beside.
   *
   * @param authority PEM of the certificate that phones on this network take; without it there is no page about it
   */
  constructor(folder: string, authority: Buffer | null = null) {
    if (existsSync(folder))
      for (const path of readdirSync(folder, { recursive: true, withFileTypes: true }))
        if (path.isFile()) this.#read(folder, join(path.parentPath, path.name));
    if (authority === null) this.#pages.delete("lan.html");
    else this.#add(AUTHORITY, "application/x-x509-ca-cert", authority);
    void this.#compress();
  }

  /**
   * Answers a page or asset. Unknown paths are answered with a page and 404 where a person asks.
   *
   * @param isKnown whether there is a Space with this id
   * @throws Fault `route_not_found`
   */
  serve(call: Call, isKnown: (id: string) => boolean): void {
    assertMethod(call, "GET", "HEAD");
    const { names, path } = call;
    const [first = "", id, ...more] = names;
    const name = PAGES[first];
    const isOfSpace = first === "s" || first === "stage";
    const isHere = name !== undefined && (first !== "lan" || this.#pages.has(name));
    if (isHere && more.length === 0 && (isOfSpace ? id !== undefined : (id ?? "") === "")) {
      this.#send(call, this.#pages.get(name), isOfSpace && !isKnown(id ?? "") ? 404 : 200);
      return;
    }
    const asset = this.#pages.get(path.slice(1));
    const wantsPage = call.request.headers.accept?.includes("text/html") === true;
    if (asset !== undefined && asset.type !== TYPES[".html"]) this.#send(call, asset, 200);
    else if (wantsPage) this.#send(call, this.#pages.get("listen.html"), 404);
    else throw new Fault("route_not_found", "there is nothing at this address");
  }

  #send(call: Call, page: Page | undefined, status: number): void {
    const { request, response } = call;
    const withBody = request.method !== "HEAD";
    if (page === undefined) {
      response.writeHead(status, {
        ...SECURITY,
        "content-type": "text/html; charset=utf-8",
        "content-length": BARE.length,
        "cache-control": "no-store",
      });
      response.end(withBody ? BARE : undefined);
      return;
    }
    const { encoding, bytes } = encode(page, request.headers["accept-encoding"]);
    const etag = `"${page.etag}${encoding ?? ""}"`;
    const cache = page.immutable ? "public, max-age=31536000, immutable" : "no-cache";
    const headers = { ...SECURITY, "content-type": page.type, "cache-control": cache, vary: "accept-encoding", etag };
    if (status === 200 && request.headers["if-none-match"]?.split(/\s*,\s*/).includes(etag) === true) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(status, { ...headers, "content-length": bytes.length, ...(encoding === null ? {} : { "content-encoding": encoding }) });
    response.end(withBody ? bytes : undefined);
  }

  #read(folder: string, file: string): void {
    const name = relative(folder, file).split(sep).join("/");
    const type = TYPES[extname(name)];
    if (type === undefined) return;
    this.#add(name, type, readFileSync(file));
  }

  #add(name: string, type: string, plain: Buffer): void {
    const etag = createHash("sha256").update(plain).digest("base64url").slice(0, 16);
    this.#pages.set(name, { type, etag, immutable: name.startsWith("assets/"), plain, br: null, gzip: null });
  }

  async #compress(): Promise<void> {
    for (const page of this.#pages.values()) {
      if (!COMPRESSIBLE.test(page.type)) continue;
      page.gzip ??= await promisify(gzip)(page.plain, { level: 9 });
      page.br ??= await promisify(brotliCompress)(page.plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
    }
  }
}

function encode(page: Page, accepted: string | string[] | undefined): { readonly encoding: "br" | "gzip" | null; readonly bytes: Buffer } {
  if (page.br !== null && accepts(accepted, "br")) return { encoding: "br", bytes: page.br };
  if (page.gzip !== null && accepts(accepted, "gzip")) return { encoding: "gzip", bytes: page.gzip };
  return { encoding: null, bytes: page.plain };
}

/** Whether a client takes an encoding. @see RFC 9110 section 12.5.3 */
function accepts(header: string | string[] | undefined, encoding: string): boolean {
  const text = Array.isArray(header) ? header.join(",") : (header ?? "");
  return text.split(",").some((item) => {
    const [name, ...parameters] = item
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
