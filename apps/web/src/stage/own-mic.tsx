/** One's own microphone: the largest control, bottom left. */

import type { JSX } from "preact";
import { Icon, type IconName } from "../shared/kit.tsx";
import { useCell } from "./cell.ts";
import { Meter } from "./meter.tsx";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

interface Face {
  readonly icon: IconName;
  readonly head: string;
  readonly sub: string;
  readonly is: "open" | "shut" | "idle";
  /** Null: nothing to press, the words say why. */
  readonly press: (() => void) | null;
}

/** The button; it says what is and what a press does. */
export function OwnMic({ stage }: { readonly stage: Stage }): JSX.Element {
  useCell(stage.muted);
  useCell(stage.connection.link);
  useCell(stage.microphone.state);
  const { icon, head, sub, is, press } = faceOf(stage);
  return (
    <div class={`own-mic own-mic-${is}`}>
      <button type="button" class="own-mic-button" aria-disabled={press === null || undefined} onClick={() => press?.()}>
        <span class="own-mic-icon">
          <Icon name={icon} />
        </span>
        <span>
          <b>{head}</b>
          <small>{sub}</small>
        </span>
      </button>
      {is !== "idle" && <Meter cell={stage.microphone.level} read={(level) => (is === "open" ? level : 0)} label={say("green_level")} />}
    </div>
  );
}

function faceOf(stage: Stage): Face {
  const { me } = stage;
  const mic = stage.microphone.state.value;
  if (me === null) return { icon: "mic", head: say("mic_desk"), sub: say("mic_desk_do"), is: "idle", press: () => stage.toGreenRoom() };
  if (me.place === "green") return { icon: "mic", head: say("mic_green"), sub: say("mic_green_do"), is: "idle", press: null };
  if (stage.connection.link.value.is !== "open") return { icon: "mic-off", head: say("mic_away"), sub: say("mic_away_do"), is: "shut", press: null };
  if (mic.is !== "on")
    return { icon: "mic-off", head: say("mic_none"), sub: say("mic_none_do"), is: "shut", press: () => void stage.microphone.open() };
  if (mic.interrupted) return { icon: "mic-off", head: say("mic_interrupted"), sub: say("mic_interrupted_do"), is: "shut", press: null };
  return onStageFace(stage, me.hostMuted);
}

function onStageFace(stage: Stage, hostMuted: boolean): Face {
  const press = (): void => void stage.toggleMute();
  if (hostMuted && stage.isHost) return { icon: "mic-off", head: say("mic_own_muted"), sub: say("mic_own_muted_do"), is: "shut", press };
  if (hostMuted) return { icon: "mic-off", head: say("mic_host_muted"), sub: say("mic_host_muted_do"), is: "shut", press: null };
  if (stage.muted.value) return { icon: "mic-off", head: say("mic_off"), sub: say("mic_off_do"), is: "shut", press };
  return { icon: "mic", head: say("mic_on"), sub: say("mic_on_do"), is: "open", press };
}
