/** The page's one audio element, with the live player and the replay that share it. */

import { createPlayer, type Player, type PlayerView } from "@odeon/player/player";
import { createReplay, type Replay, type ReplayView } from "@odeon/player/replay";
import { useEffect, useRef, useState } from "preact/hooks";
import { keep } from "../shared/link.ts";

/** What sounds, or could. */
export interface Sound {
  readonly player: Player;
  readonly replay: Replay;
  readonly live: PlayerView;
  readonly recording: ReplayView;
  readonly saver: boolean;
  readonly setSaver: (saver: boolean) => void;
  /** Another tab of this browser took over. */
  readonly elsewhere: boolean;
  /** This tab takes over. */
  readonly takeOver: () => void;
}

const SAVER_KEY = "odeon:saver";

/** Makes the element once for the page's life. */
export function useSound(space: string): Sound {
  const [saver, setSaver] = useState(keep.get(SAVER_KEY) === "1");
  const [live, setLive] = useState<PlayerView | null>(null);
  const [recording, setRecording] = useState<ReplayView | null>(null);
  const made = useRef<{ readonly player: Player; readonly replay: Replay } | null>(null);
  if (made.current === null) {
    const audio = document.createElement("audio");
    audio.preload = "none";
    document.body.append(audio);
    const player = createPlayer({ base: "", space, audio, saver, onChange: setLive });
    made.current = { player, replay: createReplay({ base: "", space, audio, onChange: setRecording }) };
  }
  const { player, replay } = made.current;
  const { elsewhere, takeOver } = useOneTab(space, () => {
    player.pause();
    replay.pause();
  });
  return {
    player,
    replay,
    live: live ?? player.view,
    recording: recording ?? replay.view,
    saver,
    setSaver: (on) => {
      keep.set(SAVER_KEY, on ? "1" : "0");
      setSaver(on);
      player.setSaver(on);
    },
    elsewhere,
    takeOver,
  };
}

/** One tab of a browser plays at a time: nobody hears the same Space twice, a second apart. */
function useOneTab(space: string, silence: () => void): { readonly elsewhere: boolean; readonly takeOver: () => void } {
  const [elsewhere, setElsewhere] = useState(false);
  const channel = useRef<BroadcastChannel | null>(null);
  const quiet = useRef(silence);
  quiet.current = silence;
  useEffect(() => {
    if (typeof BroadcastChannel === "undefined") return;
    const opened = new BroadcastChannel(`odeon:${space}`);
    channel.current = opened;
    opened.onmessage = (message) => {
      const isTaken = message.data === "playing";
      if (isTaken) quiet.current();
      setElsewhere(isTaken);
    };
    const leave = (): void => opened.postMessage("gone");
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      opened.close();
    };
  }, [space]);
  return {
    elsewhere,
    takeOver: () => {
      setElsewhere(false);
      channel.current?.postMessage("playing");
    },
  };
}
