/** A guest's page: who is on stage, the green room, and on stage the own microphone. */

import type { JSX } from "preact";
import { Button, Note } from "../shared/kit.tsx";
import { useCell } from "./cell.ts";
import { Failure } from "./failure.tsx";
import { GreenRoom } from "./green-room.tsx";
import { LinkWords } from "./link-words.tsx";
import { OwnMic } from "./own-mic.tsx";
import { Seats } from "./seats.tsx";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

/** The page after the door. */
export function Guest({ stage }: { readonly stage: Stage }): JSX.Element {
  useCell(stage.connection.link);
  const space = stage.desk?.space;
  const onStage = stage.me?.place === "stage";
  const announcement = space?.texts.announcement;
  return (
    <>
      <main class="guest stack" id="main">
        <h1 dir="auto">{space?.title}</h1>
        {announcement != null && announcement.text !== "" && (
          <Note small={announcement.by}>
            <p dir="auto">{announcement.text}</p>
          </Note>
        )}
        <Seats stage={stage} />
        {onStage ? <LinkWords stage={stage} /> : <GreenRoom stage={stage} />}
      </main>
      <Failure stage={stage} />
      {onStage && (
        <footer class="foot">
          <OwnMic stage={stage} />
          <div class="foot-rest">
            <Button onPress={() => void stage.stepDown()}>{say("step_down")}</Button>
          </div>
          <div class="foot-end">
            <Button onPress={() => stage.connection.leave()}>{say("leave")}</Button>
          </div>
        </footer>
      )}
    </>
  );
}

/** A guest's page when the Space is over. */
export function GuestOver({ stage }: { readonly stage: Stage }): JSX.Element {
  const space = stage.desk?.space;
  const words = space?.life === "cancelled" ? say("over_cancelled") : space?.life === "lapsed" ? say("over_lapsed") : say("over_ended");
  return (
    <main class="guest stack" id="main">
      <h1 dir="auto">{space?.title}</h1>
      <p>{words}</p>
      <a class="btn btn-main" href={`/s/${encodeURIComponent(stage.space)}`}>
        {say("over_listen")}
      </a>
    </main>
  );
}
