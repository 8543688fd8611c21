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
  /** Whose own it is; "" for a general one. */
  readonly name: string;
  readonly revoked: boolean;
}

/** The links of a Space, for its host. */
export function InviteLinks({ stage }: { readonly stage: Stage }): JSX.Element {
  const [made, setMade] = useState<readonly Invitation[]>([]);
  const [guest, setGuest] = useState("");
  const make = async (role: "host" | "speaker", name: string): Promise<void> => {
    const reply = await stage.calls.makeLink(role, name === "" ? {} : { name });
    if (reply.is === "ok") setMade((before) => [...before, { ...reply.value, role, name, revoked: false }]);
    else stage.failure.set(reply.is === "unreachable" ? say("failed_unreachable") : say("failed_refused", { detail: reply.problem.detail }));
  };
  const revoke = async ({ id, role }: Invitation): Promise<void> => {
    const reply = await stage.calls.makeLink(role, { revoke: id });
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
          <LinkRow
            key={one.id}
            name={one.name || say(`link_${one.role}`)}
            note={one.name === "" ? say(`link_${one.role}_note`) : say("link_guest_note")}
            link={one.link}
          >
            <Button label={say("link_revoke_label", { name: one.name || say(`link_${one.role}`) })} onPress={() => void revoke(one)}>
              {say("link_revoke")}
            </Button>
          </LinkRow>
        ),
      )}
      <form
        class="stack-tight"
        onSubmit={(event) => {
          event.preventDefault();
          void make("speaker", guest.trim());
          setGuest("");
        }}
      >
        <label class="field">
          <span>{say("link_guest")}</span>
          <input dir="auto" maxLength={200} autocomplete="off" value={guest} onInput={(event) => setGuest(event.currentTarget.value)} />
        </label>
        <div class="row">
          <button class="btn btn-quiet" type="submit">
            {say(guest.trim() === "" ? "link_make_speaker" : "link_make_guest")}
          </button>
          <Button onPress={() => void make("host", "")}>{say("link_make_host")}</Button>
        </div>
      </form>
    </section>
  );
}
