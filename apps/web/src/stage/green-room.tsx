/** The green room: choose and try the microphone, tell the host, wait for the yes, go on air by an own press. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button, Note } from "../shared/kit.tsx";
import { useCell } from "./cell.ts";
import { LinkWords } from "./link-words.tsx";
import { isSound, Meter } from "./meter.tsx";
import { isTrying, type Link } from "./session.ts";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";
import type { Trouble } from "./trouble.ts";

/** The green room's card. */
export function GreenRoom({ stage }: { readonly stage: Stage }): JSX.Element {
  const mic = useCell(stage.microphone.state);
  return (
    <section class="card green stack" aria-labelledby="green-title">
      <div>
        <h2 id="green-title">{say("green_title")}</h2>
        <p class="quiet">{say("green_lead")}</p>
      </div>
      {mic.is === "on" && <SoundCheck stage={stage} />}
      {mic.is === "asking" && <Note>{say("green_asking")}</Note>}
      {mic.is === "trouble" && <TroubleWords trouble={mic.trouble} />}
      <LinkWords stage={stage} />
      <NextPress stage={stage} />
    </section>
  );
}

/** The one thing to do now. */
function NextPress({ stage }: { readonly stage: Stage }): JSX.Element | null {
  const mic = useCell(stage.microphone.state);
  const link = useCell(stage.connection.link);
  if (mic.is === "asking") return null;
  if (mic.is !== "on") {
    return (
      <Button kind="main" icon="mic" onPress={() => void stage.microphone.open()}>
        {mic.is === "off" ? say("green_ask") : say("green_ask_again")}
      </Button>
    );
  }
  if (!isTrying(link)) return <Ready stage={stage} link={link} />;
  return link.is === "open" ? <Admitted stage={stage} /> : null;
}

/** Connects to the stage; whoever was refused or removed cannot. */
function Ready({ stage, link }: { readonly stage: Stage; readonly link: Link }): JSX.Element | null {
  if (link.is === "refused" || (link.is === "closed" && link.reason === "removed")) return null;
  const back = link.is === "closed" && link.reason === "moved" ? say("link_move_back") : null;
  const host = say(isLive(stage) ? "green_ready_host_live" : "green_ready_host");
  return (
    <Button kind="main" onPress={() => stage.ready()}>
      {back ?? (stage.isHost ? host : say("green_ready"))}
    </Button>
  );
}

/** Going on stage is a press of one's own, once the host has let one on. */
function Admitted({ stage }: { readonly stage: Stage }): JSX.Element | null {
  const { me, isHost } = stage;
  const live = isLive(stage);
  if (me === null) return null;
  if (!isHost && !me.admitted) return <Note>{say("green_told")}</Note>;
  return (
    <div class="stack-tight">
      {!isHost && <p role="status">{say("green_yes")}</p>}
      <Button kind="main" icon="live" onPress={() => void stage.goOnStage()}>
        {live ? say("green_go_air") : say("green_go_stage")}
      </Button>
      <p class="quiet small">{live ? say("green_go_air_note") : say("green_go_stage_note")}</p>
    </div>
  );
}

function isLive(stage: Stage): boolean {
  return stage.desk?.space.life === "live";
}

type Check = "none" | "recording" | "playing" | "failed" | "notes";

function SoundCheck({ stage }: { readonly stage: Stage }): JSX.Element {
  const { microphone } = stage;
  const mic = useCell(microphone.state);
  const inputs = useCell(microphone.inputs);
  const [check, setCheck] = useState<Check>("none");
  const [heard, setHeard] = useState(false);
  const record = async (): Promise<void> => {
    setCheck("recording");
    try {
      const sound = await microphone.record();
      setCheck("playing");
      await microphone.play(sound);
      setCheck("none");
    } catch {
      setCheck("failed");
    }
  };
  const notes = async (): Promise<void> => {
    setCheck("notes");
    await microphone.playNotes();
  };
  const busy = check === "recording" || check === "playing";
  return (
    <div class="stack">
      {inputs.length > 0 && (
        <label class="field">
          <span>{say("green_microphone")}</span>
          <select value={mic.is === "on" ? mic.device : ""} onChange={(event) => void microphone.choose(event.currentTarget.value)}>
            {inputs.map(({ id, label }, i) => (
              <option key={id} value={id}>
                {label || say("green_unnamed", { n: i + 1 })}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="stack-tight">
        <Meter
          cell={microphone.level}
          label={say("green_level")}
          read={(level) => {
            if (!heard && isSound(level)) setHeard(true);
            return level;
          }}
        />
        <p class={heard ? "well small" : "quiet small"} role="status">
          {mic.is === "on" && mic.interrupted ? say("interrupted") : say(heard ? "green_heard" : "green_speak")}
        </p>
      </div>
      <div class="row">
        <Button icon="mic" disabled={busy} onPress={() => void record()}>
          {say("green_record")}
        </Button>
        <Button icon="play" disabled={busy} onPress={() => void notes()}>
          {say("green_notes")}
        </Button>
      </div>
      <p class="quiet small" role="status">
        {checkWords(check)}
      </p>
    </div>
  );
}

function checkWords(check: Check): string {
  switch (check) {
    case "recording":
      return say("green_recording");
    case "playing":
      return say("green_playing");
    case "failed":
      return say("green_record_failed");
    case "notes":
      return say("green_notes_said");
    case "none":
      return say("green_headphones");
  }
}

function TroubleWords({ trouble }: { readonly trouble: Trouble }): JSX.Element {
  return (
    <Note bad small={say(`trouble_${trouble}_do`)}>
      <b role="alert">{say(`trouble_${trouble}`)}</b>
    </Note>
  );
}
