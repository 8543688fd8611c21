/** What did not happen, and why: a note over the foot until it is closed or something works. */

import type { JSX } from "preact";
import { Button } from "../shared/kit.tsx";
import { useCell } from "./cell.ts";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

/** The note; an empty live region while nothing failed. */
export function Failure({ stage }: { readonly stage: Stage }): JSX.Element {
  const failure = useCell(stage.failure);
  return (
    <div class="failure" role="alert">
      {failure !== null && (
        <div class="note note-bad">
          <p>{failure}</p>
          <Button onPress={() => stage.failure.set(null)}>{say("dismiss")}</Button>
        </div>
      )}
    </div>
  );
}
