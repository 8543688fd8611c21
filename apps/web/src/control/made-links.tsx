/** The three links of a Space. */

import type { JSX } from "preact";
import { LinkRow } from "../stage/link-row.tsx";
import { say as sayStage } from "../stage/texts.ts";
import type { Made } from "./calls.ts";

/** Listeners', speakers' and hosts' link, each with what it is for. The listeners' QR code may be seen by everyone. */
export function MadeLinks({ links }: { readonly links: Made["links"] }): JSX.Element {
  return (
    <div>
      <LinkRow name={sayStage("link_listen")} note={sayStage("link_listen_note")} link={links.listen} open />
      <LinkRow name={sayStage("link_speaker")} note={sayStage("link_speaker_note")} link={links.speaker} />
      <LinkRow name={sayStage("link_host")} note={sayStage("link_host_note")} link={links.host} />
    </div>
  );
}
