/** After the end: what listeners get, trimmed, hidden or released; and going on at the same link. */

import { PART_MS } from "@odeon/core/shared/program";
import type { Desk } from "@odeon/wire/desk";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Button, Note, useNow } from "../shared/kit.tsx";
import { sayTime } from "../shared/locale.ts";
import { longClock, readClock } from "./clock-text.ts";
import type { Stage } from "./stage.ts";
import { say } from "./texts.ts";

/** The panel of an ended Space. */
export function ReplayPanel({ stage }: { readonly stage: Stage }): JSX.Element | null {
  useNow(5_000);
  const desk = stage.desk;
  if (desk === null) return null;
  const { space, replay, reopenUntil } = desk;
  return (
    <section class="card stack" aria-labelledby="replay-title">
      <h2 id="replay-title">{say("replay_title")}</h2>
      {!space.record || replay === null ? <p class="quiet">{say("replay_none")}</p> : <Replay stage={stage} desk={desk} replay={replay} />}
      {reopenUntil !== null && stage.now < reopenUntil && (
        <div class="stack-tight part">
          <div class="row">
            <Button onPress={() => void stage.act("reopen", {})}>{say("reopen")}</Button>
          </div>
          <p class="quiet small">{say("reopen_note", { time: sayTime(reopenUntil, { timeStyle: "short" }) })}</p>
        </div>
      )}
    </section>
  );
}

interface ReplayProps {
  readonly stage: Stage;
  readonly desk: Desk;
  readonly replay: NonNullable<Desk["replay"]>;
}

function Replay({ stage, desk, replay }: ReplayProps): JSX.Element {
  const player = useRef<HTMLAudioElement>(null);
  const { space } = desk;
  const file = `/spaces/${encodeURIComponent(space.id)}/replay.m4a`;
  const heardAt = (): number => replay.from * PART_MS + (player.current?.currentTime ?? 0) * 1_000;
  return (
    <>
      <p class={space.replayReady ? "well" : "care"}>{stateWords(desk)}</p>
      <p class="quiet figures">
        {say("replay_length", { length: longClock((replay.to - replay.from) * PART_MS), whole: longClock(replay.parts * PART_MS) })}
      </p>
      {space.replayReady && (
        <audio ref={player} key={`${replay.from} ${replay.to}`} controls preload="none" src={file} aria-label={say("replay_player")} />
      )}
      <Trim key={`${replay.from} ${replay.to}`} stage={stage} replay={replay} heardAt={space.replayReady ? heardAt : null} />
      <div class="row part">
        {space.replay === "after_review" && !replay.reviewed && (
          <span class="yes">
            <Button onPress={() => void stage.act("replay", { reviewed: true })}>{say("replay_release")}</Button>
          </span>
        )}
        <Button onPress={() => void stage.act("replay", { hidden: !replay.hidden })}>{say(replay.hidden ? "replay_show" : "replay_hide")}</Button>
        {space.replayReady && (
          <a class="btn btn-quiet" href={file} download>
            {say("replay_download")}
          </a>
        )}
      </div>
    </>
  );
}

function stateWords({ space, replay }: Desk): string {
  if (replay?.hidden === true) return say("replay_hidden");
  if (space.replay === "never") return say("replay_never");
  return space.replayReady ? say("replay_public") : say("replay_review");
}

interface TrimProps {
  readonly stage: Stage;
  readonly replay: NonNullable<Desk["replay"]>;
  /** Milliseconds of the recording that are being heard; null while nothing can be played. */
  readonly heardAt: (() => number) | null;
}

function Trim({ stage, replay, heardAt }: TrimProps): JSX.Element {
  const whole = replay.parts * PART_MS;
  const [from, setFrom] = useState(longClock(replay.from * PART_MS));
  const [to, setTo] = useState(longClock(replay.to * PART_MS));
  const [wrong, setWrong] = useState(false);
  const trim = (event: Event): void => {
    event.preventDefault();
    const [fromMs, toMs] = [readClock(from), readClock(to)];
    // The clock shows whole seconds: the last one stands for the end itself.
    const end = toMs === null ? null : toMs >= whole - 1_000 ? whole : toMs;
    const good = fromMs !== null && end !== null && toMs !== null && toMs <= whole && fromMs < end;
    setWrong(!good);
    if (good) void stage.act("replay", { fromMs, toMs: end });
  };
  return (
    <form class="stack-tight part" onSubmit={trim} noValidate>
      <div class="pair">
        <TimeField name={say("replay_from")} value={from} wrong={wrong} set={setFrom} />
        <TimeField name={say("replay_to")} value={to} wrong={wrong} set={setTo} />
      </div>
      <small id="trim-help" class={wrong ? "wrong" : "quiet"} role={wrong ? "alert" : undefined}>
        {say(wrong ? "replay_wrong" : "replay_clock")}
      </small>
      <div class="row">
        {heardAt !== null && <Button onPress={() => setFrom(longClock(heardAt()))}>{say("replay_from_here")}</Button>}
        {heardAt !== null && <Button onPress={() => setTo(longClock(heardAt()))}>{say("replay_to_here")}</Button>}
        <button class="btn btn-quiet" type="submit">
          {say("replay_trim")}
        </button>
        {replay.to - replay.from < replay.parts && (
          <Button onPress={() => void stage.act("replay", { fromMs: 0, toMs: whole })}>{say("replay_whole")}</Button>
        )}
      </div>
      <Note>{say("replay_trim_note")}</Note>
    </form>
  );
}

function TimeField({
  name,
  value,
  wrong,
  set,
}: {
  readonly name: string;
  readonly value: string;
  readonly wrong: boolean;
  readonly set: (text: string) => void;
}): JSX.Element {
  return (
    <label class="field">
      <span>{name}</span>
      <input
        class="figures"
        inputMode="text"
        dir="ltr"
        value={value}
        aria-invalid={wrong}
        aria-describedby="trim-help"
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}
