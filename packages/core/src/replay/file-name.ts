/** A recording's name on the listener's disk. */

const LONGEST = 80;

/**
 * The `Content-Disposition` of a download called after a Space's title: an ASCII name for every client and the real one beside it.
 *
 * Nothing in it can end the header, name a folder or hide the extension.
 *
 * @see RFC 6266 section 4.3, RFC 8187 section 3.2
 */
export function contentDisposition(title: string, extension: string): string {
  const safe = [...title.normalize("NFC").replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu, " ")].slice(0, LONGEST).join("");
  const name = safe.replace(/\s+/gu, " ").replace(/^[\s.]+|[\s.]+$/gu, "") || "recording";
  const ascii =
    name
      .normalize("NFKD")
      .replace(/[^ -~]+/g, "")
      .replace(/["\\%;]/g, "")
      .replace(/^[\s.]+|[\s.]+$/g, "") || "recording";
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}.${extension}"; filename*=UTF-8''${encoded}.${extension}`;
}
