/** One link: what it is for, a button that copies it, and its QR code. */

import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Button } from "../shared/kit.tsx";
import { QrCode } from "./qr.tsx";
import { say } from "./texts.ts";

/** What it shows. `open`: the QR code is there without a press; never for a host's link. */
export interface LinkRowProps {
  readonly name: string;
  readonly note: string;
  readonly link: string;
  readonly open?: boolean;
  readonly children?: ComponentChildren;
}

/** Whether only this computer can open `link`. */
export function isLoopback(link: string): boolean {
  const { hostname } = new URL(link);
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127\./.test(hostname);
}

/** Whether phones ask for this house's certificate at `link`: a secure address that is a bare number. */
function needsCertificate(link: string): boolean {
  const { protocol, hostname } = new URL(link);
  return protocol === "https:" && /^\d+\.\d+\.\d+\.\d+$/.test(hostname) && !isLoopback(link);
}

/** The row. */
export function LinkRow({ name, note, link, open = false, children }: LinkRowProps): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const [shown, setShown] = useState(open);
  const local = isLoopback(link);
  const copy = async (): Promise<void> => {
    setCopied(await copyText(link, field.current));
  };
  return (
    <div class="link-row">
      <p>
        <b>{name}</b> <small>{note}</small>
      </p>
      <input class="link-text" ref={field} readOnly value={link} dir="ltr" aria-label={name} onFocus={(event) => event.currentTarget.select()} />
      <div class="row">
        <Button icon={copied ? "check" : "share"} label={copied ? say("link_copied") : say("link_copy_label", { name })} onPress={() => void copy()}>
          {say(copied ? "link_copied" : "link_copy")}
        </Button>
        {!local && (
          <Button pressed={shown} onPress={() => setShown(!shown)}>
            {say(shown ? "link_qr_hide" : "link_qr")}
          </Button>
        )}
        {children}
      </div>
      {local && <p class="quiet small">{say("link_loopback")}</p>}
      {needsCertificate(link) && (
        <p class="quiet small">
          {say("link_certificate")} <a href="/lan">{say("link_certificate_page")}</a>
        </p>
      )}
      {shown && !local && <QrCode text={link} label={say("link_qr_label", { name })} />}
      <span class="hush" role="status">
        {copied && say("link_copied")}
      </span>
    </div>
  );
}

/** Copies; on insecure pages, where there is no clipboard, by way of the field. */
async function copyText(text: string, field: HTMLInputElement | null): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined) {
    try {
      await clipboard.writeText(text);
      return true;
    } catch {
      // Refused: the field is left.
    }
  }
  field?.focus();
  field?.select();
  return document.execCommand("copy");
}
