/** The desk's links: the listeners' one, and invitations made on a press, each of which can be taken back. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../shared/kit.tsx";
import type { StageLink } from "./calls.ts";
import { LinkRow } from "./link-row.tsx";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

interface Invitation extends StageLink {
  readonly role: "host" | "speaker";
  readonly revoked: boolean;
}

/** The links of a Space, for its host. */
export function InviteLinks({ stage }: { readonly stage: Stage }): JSX.Element {
  const [made, setMade] = useState<readonly Invitation[]>([]);
  const make = async (role: "host" | "speaker"): Promise<void> => {
    const reply = await stage.calls.makeLink(role);
    if (reply.is === "ok") setMade((before) => [...before, { ...reply.value, role, revoked: false }]);
    else stage.failure.set(reply.is === "unreachable" ? say("failed_unreachable") : say("failed_refused", { detail: reply.problem.detail }));
  };
  const revoke = async ({ id, role }: Invitation): Promise<void> => {
    const reply = await stage.calls.makeLink(role, id);
    if (reply.is === "ok") setMade((before) => before.map((one) => (one.id === id ? { ...one, revoked: true } : one)));
  };
  return (
    <section class="stack-tight part" aria-labelledby="links-title">
      <h3 id="links-title" class="list-head">
        {say("links_title")}
      </h3>
      <LinkRow name={say("link_listen")} note={say("link_listen_note")} link={stage.desk?.listen ?? `${location.origin}/s/${stage.space}`} />
      {made.map((one) =>
        one.revoked ? (
          <p key={one.id} class="quiet small">
            {say("link_revoked")}
          </p>
        ) : (
          <LinkRow key={one.id} name={say(`link_${one.role}`)} note={say(`link_${one.role}_note`)} link={one.link}>
            <Button label={say("link_revoke_label", { name: say(`link_${one.role}`) })} onPress={() => void revoke(one)}>
              {say("link_revoke")}
            </Button>
          </LinkRow>
        ),
      )}
      <div class="row">
        <Button onPress={() => void make("speaker")}>{say("link_make_speaker")}</Button>
        <Button onPress={() => void make("host")}>{say("link_make_host")}</Button>
      </div>
    </section>
  );
}
