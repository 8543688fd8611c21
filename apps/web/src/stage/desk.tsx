/** The host's desk. */

import type { JSX } from "preact";
import { useCell } from "./cell.ts";
import { DeskFoot } from "./desk-foot.tsx";
import { Failure } from "./failure.tsx";
import { GreenRoom } from "./green-room.tsx";
import { HouseColumn, RecordingWords } from "./house-column.tsx";
import { LinkWords } from "./link-words.tsx";
import { People } from "./people.tsx";
import type { Stage } from "./stage.ts";
import { Strip } from "./strip.tsx";
import { say } from "./texts.ts";

/** Everything a host needs, on one page. */
export function Desk({ stage }: { readonly stage: Stage }): JSX.Element {
  const where = useCell(stage.where);
  const space = stage.desk?.space;
  const onStage = stage.me?.place === "stage";
  const over = space?.life === "ended" || space?.life === "cancelled" || space?.life === "lapsed";
  return (
    <>
      <main class="desk" id="main">
        <div class="desk-head">
          <h1 dir="auto">{space?.title}</h1>
          <RecordingWords stage={stage} />
          {!over && <span class="quiet figures">{say("listening", { count: space?.state.listening ?? 0 })}</span>}
        </div>
        <Strip stage={stage} />
        {where === "green" && !onStage && !over && <GreenRoom stage={stage} />}
        {(where !== "green" || onStage) && !over && <LinkWords stage={stage} />}
        <div class="columns">
          {!over && <People stage={stage} />}
          <HouseColumn stage={stage} />
        </div>
      </main>
      <Failure stage={stage} />
      {!over && <DeskFoot stage={stage} />}
    </>
  );
}
