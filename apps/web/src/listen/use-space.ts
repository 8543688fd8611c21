/** A Space as the page follows it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { type Followed, Follower } from "./follower.ts";

/** Follows `id`. @param streams the stream tells what is true: asking becomes rare */
export function useSpace(id: string, streams: boolean): Followed & { readonly ask: () => void } {
  const [followed, setFollowed] = useState<Followed>({ space: null, isUnknown: false, reachable: true, clock: 0 });
  const follower = useRef<Follower | null>(null);
  useEffect(() => {
    const opened = new Follower(id, setFollowed);
    follower.current = opened;
    return () => opened.close();
  }, [id]);
  if (follower.current !== null) follower.current.streams = streams;
  return { ...followed, ask: () => follower.current?.ask() };
}
