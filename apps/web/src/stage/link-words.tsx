/** How the connection is, in words; nothing while it is as it should be. */

import type { JSX } from "preact";
import { Button, Note } from "../shared/kit.tsx";
import { useCell } from "./cell.ts";
import type { Link } from "./session.ts";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

/** The connection's sentence, and the press that helps where one does. */
export function LinkWords({ stage }: { readonly stage: Stage }): JSX.Element | null {
  const link = useCell(stage.connection.link);
  const blocked = useCell(stage.connection.blocked);
  const words = wordsOf(link);
  if (words === null && !(blocked && link.is === "open")) return null;
  return (
    <div class="stack-tight" role="status">
      {words !== null && <Note bad={link.is === "refused" || (link.is === "closed" && link.reason === "removed")}>{words}</Note>}
      {blocked && link.is === "open" && (
        <Note small={say("link_blocked_note")}>
          <Button icon="play" onPress={() => stage.connection.play()}>
            {say("link_blocked")}
          </Button>
        </Note>
      )}
    </div>
  );
}

function wordsOf(link: Link): string | null {
  switch (link.is) {
    case "off":
    case "open":
      return null;
    case "opening":
      return link.attempt > 1 ? say("link_slow") : say(link.again ? "link_again" : "link_opening");
    case "waiting":
      return waitingWords(link);
    case "refused":
      return link.code === "participant_removed" ? say("link_removed") : say("link_refused", { detail: link.detail });
    case "closed":
      return link.reason === "ended" ? null : say(`link_${link.reason}`);
  }
}

function waitingWords({ why, attempt }: Extract<Link, { is: "waiting" }>): string {
  if (why === "unreachable" || why === "network") return say("link_unreachable");
  if (why === "busy") return say("link_busy");
  return why === "slow" || attempt > 1 ? say("link_slow") : say("link_again");
}
