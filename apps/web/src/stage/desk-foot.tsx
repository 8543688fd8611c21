/** The desk's foot: one's own microphone bottom left, panic next, End far right, holding its undo. */

import type { JSX } from "preact";
import { Button, useNow } from "../shared/kit.tsx";
import { AskOnce } from "./ask-once.tsx";
import { OwnMic } from "./own-mic.tsx";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

/** The foot. */
export function DeskFoot({ stage }: { readonly stage: Stage }): JSX.Element {
  const life = stage.desk?.space.life;
  const live = life === "live";
  const place = stage.me?.place ?? null;
  return (
    <footer class="foot">
      <OwnMic stage={stage} />
      {live && (
        <button type="button" class="btn panic" onClick={() => void stage.act("panic", {})}>
          <span>
            <b>{say("panic")}</b>
            <small>{say("panic_do")}</small>
          </span>
        </button>
      )}
      <div class="foot-rest">
        {place === "stage" && <Button onPress={() => void stage.stepDown()}>{say("step_down")}</Button>}
        {place !== null && <Button onPress={() => stage.toDesk()}>{say("green_close")}</Button>}
        {live && <Everyone stage={stage} />}
      </div>
      <End stage={stage} />
    </footer>
  );
}

function Everyone({ stage }: { readonly stage: Stage }): JSX.Element {
  const onStage = stage.desk?.people.filter((person) => person.place === "stage") ?? [];
  const slate = stage.desk?.space.state.slate === true;
  const allMuted = onStage.length > 0 && onStage.every((person) => person.hostMuted);
  return (
    <>
      {allMuted ? (
        <Button onPress={() => void stage.allowAll()}>{say("allow_all")}</Button>
      ) : (
        onStage.length > 0 && (
          <AskOnce
            danger={false}
            label={say("mute_all")}
            question={say("ask_mute_all", { count: onStage.length })}
            yes={say("ask_mute_all_yes")}
            onYes={() => void stage.act("mute", { everyone: true })}
          />
        )
      )}
      <Button pressed={slate} onPress={() => void stage.act("slate", { on: !slate })}>
        {say(slate ? "slate_off" : "slate_on")}
      </Button>
    </>
  );
}

function End({ stage }: { readonly stage: Stage }): JSX.Element | null {
  useNow(250);
  const desk = stage.desk;
  if (desk?.space.life === "ending") {
    const seconds = Math.max(0, Math.ceil(((desk.undoUntil ?? 0) - stage.now) / 1_000));
    return (
      <div class="foot-end">
        <Button kind="main" onPress={() => void stage.act("end", { undo: true })}>
          {say("undo_end", { seconds })}
        </Button>
      </div>
    );
  }
  if (desk?.space.life !== "live") return null;
  return (
    <div class="foot-end">
      <AskOnce
        label={say("end")}
        question={say("ask_end", { count: desk.space.state.listening })}
        yes={say("ask_end_yes")}
        no={say("ask_end_no")}
        onYes={() => void stage.act("end", {})}
      />
    </div>
  );
}
