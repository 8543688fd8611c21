/** One page for a Space's whole life. */

import { type Press, type Words, wordsFor } from "@odeon/core/space/words";
import type { PlayerView } from "@odeon/player/player";
import type { PublicSpace, PublicState, PublicTexts } from "@odeon/wire/state";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Air, Button, clock, type IconName, Note, Polite, useNow } from "../shared/kit.tsx";
import { keep } from "../shared/link.ts";
import { Countdown } from "./countdown.tsx";
import { Count, Download, Saver, Share, Speed, sayFoot } from "./extras.tsx";
import { faceDevice, faceHouse, facePerson, faceSpace } from "./faces.ts";
import { People, sayPeople } from "./people.tsx";
import { say } from "./texts.ts";
import { sayAgo, sayClock, sayLength } from "./times.ts";
import { type Sound, useSound } from "./use-sound.ts";
import { useSpace } from "./use-space.ts";
import { Waveform } from "./waveform.tsx";

/** The page of Space `id`. @param playsAtOnce the press was on the page before: plays without another where the browser lets it */
export function ListenPage({ id, playsAtOnce }: { readonly id: string; readonly playsAtOnce: boolean }): JSX.Element {
  const sound = useSound(id);
  useEffect(() => {
    if (playsAtOnce) sound.player.arm();
  }, [playsAtOnce, sound.player]);
  const { live } = sound;
  const streams = live.is === "playing" && live.state?.life === "live";
  const followed = useSpace(id, streams);
  const online = useOnline();
  const wall = useNow(500);
  const now = wall + followed.clock;
  const { space } = followed;
  useEffect(() => sound.player.setClock(followed.clock), [followed.clock, sound.player]);
  useFollowLife(followed.ask, live, space, sound);
  if (followed.isUnknown) return <Plain words={wordsFor({ space: "unknown", house: "well", person: "idle", device: "ready" })} />;
  if (space === null) return <Plain words={null} reachable={followed.reachable} />;

  const isHeard = live.state !== null && (live.is === "playing" || live.is === "stalled" || live.is === "paused");
  const state = isHeard && live.state !== null ? live.state : space.state;
  const texts = isHeard && live.texts !== null ? live.texts : space.texts;
  const words = wordsFor({
    space: faceSpace(space, state, now),
    house: faceHouse(live, followed.reachable),
    person: facePerson(live, sound.recording.isPlaying, wall),
    device: faceDevice({ view: live, online, elsewhere: sound.elsewhere, remembers: keep.lasts }),
  });
  return <Shown space={space} state={state} texts={texts} words={words} sound={sound} now={now} ask={followed.ask} />;
}

interface ShownProps {
  readonly space: PublicSpace;
  readonly state: PublicState;
  readonly texts: PublicTexts;
  readonly words: Words;
  readonly sound: Sound;
  readonly now: number;
  readonly ask: () => void;
}

function Shown(props: ShownProps): JSX.Element {
  const { space, state, texts, words, sound, now } = props;
  const face = words.headline.slice("head_".length);
  const isOnAir = isFaceOnAir(face);
  const people = isOnAir ? sayPeople(state, texts) : null;
  useTitle(isOnAir ? `● ${texts.title}` : texts.title, sound);
  return (
    <div class={`page page-${isOnAir ? "air" : "calm"}`}>
      <a class="skip" href="#act">
        {say("skip")}
      </a>
      <header class="top">
        <a class="mark" href="/">
          {say("mark")}
        </a>
        <Status face={face} space={space} state={state} now={now} />
      </header>
      <main class="body">
        <div class="head">
          <h1 dir="auto">{texts.title}</h1>
          {people === null ? null : <p class="by">{people}</p>}
          {face === "replay" ? <p class="by">{`${sayLength(space.duration ?? 0)} · ${say("listened", { count: state.unique })}`}</p> : null}
          {space.demo ? <p class="by">{say("demo")}</p> : null}
        </div>
        <div class="scene">
          <Scene {...props} face={face} />
        </div>
        <div class="act" id="act">
          {isOnAir || face === "live" ? null : <h2 class="headline">{say(words.headline)}</h2>}
          <p class={words.sentence === "say_live" || words.sentence === "say_playing" ? "sentence sentence-usual" : "sentence"}>
            {say(words.sentence)}
          </p>
          {sound.recording.failed && face === "replay" ? <Note bad>{say("replay_failed")}</Note> : null}
          <Announcement texts={texts} now={now} />
          {isOnAir ? <Count state={state} /> : null}
          <Button kind="main" {...iconOf(words.press)} onPress={() => press(words.press, props)}>
            {say(words.button)}
          </Button>
          <Row {...props} face={face} />
          <Foot face={face} space={space} sound={sound} state={state} />
        </div>
        {space.description === "" ? null : <About texts={texts} open={isFaceBefore(face)} />}
      </main>
      <Polite text={words.screenReader.map((key) => say(key)).join(". ")} />
    </div>
  );
}

function Scene({ space, state, texts, sound, now, face }: ShownProps & { readonly face: string }): JSX.Element | null {
  if (isFaceBefore(face)) return <Countdown space={space} now={now} />;
  if (isFaceOnAir(face)) return <People state={state} texts={texts} />;
  return face === "replay" ? <Waveform space={space} position={sound.recording.position} onSeek={(at) => sound.replay.seek(at)} /> : null;
}

const isFaceOnAir = (face: string): boolean => ["live", "host_gone", "held"].includes(face);
const isFaceBefore = (face: string): boolean => ["unannounced", "scheduled", "postponed", "doors", "overdue"].includes(face);

function Status({
  face,
  space,
  state,
  now,
}: {
  readonly face: string;
  readonly space: PublicSpace;
  readonly state: PublicState;
  readonly now: number;
}): JSX.Element | null {
  if (face === "live") return <Air text={state.since === null ? say("on_air") : say("on_air_for", { time: clock((now - state.since) / 1_000) })} />;
  if (face === "host_gone" || face === "held") return <span class="status status-slate">{say("slate")}</span>;
  if (face === "doors" || face === "overdue") return <span class="status">{say("doors_open")}</span>;
  return space.endedAt === null ? null : <span class="status">{say("ended_at", { time: sayClock(space.endedAt) })}</span>;
}

function Announcement({ texts, now }: { readonly texts: PublicTexts; readonly now: number }): JSX.Element | null {
  const { announcement } = texts;
  if (announcement === null) return null;
  const by = texts.names[announcement.by] ?? announcement.by;
  return (
    <section aria-label={say("announcement")} aria-live="polite">
      <Note small={by === "" ? sayAgo(announcement.at, now) : say("by_ago", { by: `\u2068${by}\u2069`, ago: sayAgo(announcement.at, now) })}>
        <span dir="auto">{announcement.text}</span>
      </Note>
    </section>
  );
}

function Row({ space, texts, words, sound, face }: ShownProps & { readonly face: string }): JSX.Element | null {
  const canGoLive = (words.press === "continue" || sound.live.isShifted) && sound.live.over === null;
  const hasSound = isFaceBefore(face) || isFaceOnAir(face);
  return (
    <div class="row">
      {canGoLive ? (
        <Button icon="live" onPress={() => sound.player.goLive()}>
          {say("go_live")}
        </Button>
      ) : null}
      {face === "replay" ? <Speed replay={sound.recording} onChange={(rate) => sound.replay.setRate(rate)} /> : null}
      {face === "replay" ? <Download space={space.id} /> : null}
      {hasSound && sound.live.rendition !== "hls" ? <Saver saver={sound.saver} onChange={sound.setSaver} /> : null}
      <Share title={texts.title} />
    </div>
  );
}

function Foot({
  face,
  space,
  sound,
  state,
}: {
  readonly face: string;
  readonly space: PublicSpace;
  readonly sound: Sound;
  readonly state: PublicState;
}): JSX.Element {
  const isLive = isFaceOnAir(face);
  return (
    <footer class="foot figures">
      {isLive ? <p>{sayFoot(sound.live, sound.saver)}</p> : null}
      {isLive && !state.recording ? <p>{space.record ? say("recording_waits") : say("not_recorded")}</p> : null}
      {isFaceBefore(face) ? <p>{recordWord(space)}</p> : null}
    </footer>
  );
}

function About({ texts, open }: { readonly texts: PublicTexts; readonly open: boolean }): JSX.Element {
  return (
    <details class="about" open={open}>
      <summary>{say("about")}</summary>
      <p dir="auto">{texts.description}</p>
    </details>
  );
}

function Plain({ words, reachable = true }: { readonly words: Words | null; readonly reachable?: boolean }): JSX.Element {
  return (
    <main class="plain">
      <p class="mark">{say("mark")}</p>
      {words === null ? <p role="status">{say(reachable ? "loading" : "loading_away")}</p> : null}
      {words === null ? null : <h1>{say(words.headline)}</h1>}
      {words === null ? null : <p>{say(words.sentence)}</p>}
      {words === null ? null : (
        <a class="btn btn-main" href="/">
          {say(words.button)}
        </a>
      )}
    </main>
  );
}

function recordWord(space: PublicSpace): string {
  if (!space.record) return say("not_recorded");
  return space.replay === "at_once" ? say("recorded_at_once") : space.replay === "after_review" ? say("recorded_review") : say("recorded_never");
}

const PRESS_ICONS: Readonly<Partial<Record<Press, IconName>>> = {
  listen: "play",
  arm: "play",
  continue: "play",
  replay: "play",
  tap_again: "play",
  listen_here: "play",
  pause: "pause",
  pause_replay: "pause",
  stop: "pause",
  go_live: "live",
};

function iconOf(press: Press): { readonly icon?: IconName } {
  const icon = PRESS_ICONS[press];
  return icon === undefined ? {} : { icon };
}

/** Inside the tap: whatever the press does to the element happens before anything is awaited. */
function press(what: Press, { sound, ask, space }: ShownProps): void {
  const acts: Readonly<Record<Press, () => void>> = {
    listen: () => play(sound),
    listen_here: () => (space.replayReady ? replay(sound) : play(sound)),
    tap_again: () => play(sound),
    continue: () => play(sound),
    arm: () => {
      sound.takeOver();
      sound.player.arm();
    },
    disarm: () => sound.player.pause(),
    stop: () => sound.player.pause(),
    pause: () => sound.player.pause(),
    go_live: () => {
      sound.takeOver();
      sound.player.goLive();
    },
    replay: () => replay(sound),
    pause_replay: () => sound.replay.pause(),
    try_again: () => location.reload(),
    front_page: () => location.assign("/"),
  };
  acts[what]();
  ask();
}

function play(sound: Sound): void {
  sound.takeOver();
  sound.player.play();
}

function replay(sound: Sound): void {
  sound.takeOver();
  sound.replay.play();
}

/** The page moves on by itself: begins what was armed, and asks at once when the stream says that something changed. */
function useFollowLife(ask: () => void, live: PlayerView, space: PublicSpace | null, sound: Sound): void {
  const isLive = space?.life === "live";
  useEffect(() => {
    if (isLive && live.is === "armed") sound.player.begin();
  }, [isLive, live.is, sound.player]);
  const told = live.state?.life;
  useEffect(() => ask(), [told, live.over, live.is === "finished"]);
}

function useTitle(title: string, sound: Sound): void {
  useEffect(() => {
    document.title = `${title} · Odeon`;
    sound.player.setTitle(title.replace(/^● /, ""));
  }, [title, sound.player]);
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = (): void => setOnline(navigator.onLine);
    addEventListener("online", update);
    addEventListener("offline", update);
    return () => {
      removeEventListener("online", update);
      removeEventListener("offline", update);
    };
  }, []);
  return online;
}
