/** The operator's home: sign in, try it, make a Space, see them all. */

import type { PublicSpace } from "@odeon/wire/state";
import type { ComponentChildren, JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Button, Note } from "../shared/kit.tsx";
import { keep, OPERATOR_KEY } from "../shared/link.ts";
import { ControlCalls, type Made, signIn } from "./calls.ts";
import { MadeLinks } from "./made-links.tsx";
import { MakeForm } from "./make-form.tsx";
import { afterSignIn, isOver, type Session } from "./session.ts";
import { SpaceList } from "./space-list.tsx";
import { say } from "./texts.ts";

const REFRESH_MS = 4_000;

/** The page. @param first how the session stands when it opens */
export function ControlPage({ first }: { readonly first: Session }): JSX.Element {
  const [session, setSession] = useState(first);
  useEffect(() => {
    if (session.is !== "signing_in") return;
    const { code } = session;
    void signIn(code).then((reply) => {
      const next = afterSignIn(reply, code, keep.get(OPERATOR_KEY));
      if (next.is === "in") keep.set(OPERATOR_KEY, next.token);
      setSession(next);
    });
  }, [session]);
  const leave = (why: "none" | "over"): void => {
    keep.remove(OPERATOR_KEY);
    setSession({ is: "out", why });
  };
  if (session.is === "in") return <Home token={session.token} over={() => leave("over")} signOut={() => leave("none")} />;
  return (
    <main class="door" id="main">
      <p class="mark">Odeon</p>
      <Outside session={session} retry={(code) => setSession({ is: "signing_in", code })} />
    </main>
  );
}

function Outside({ session, retry }: { readonly session: Exclude<Session, { is: "in" }>; readonly retry: (code: string) => void }): JSX.Element {
  switch (session.is) {
    case "signing_in":
      return <p role="status">{say("signing_in")}</p>;
    case "unreachable":
      return (
        <>
          <h1>{say("sign_in_failed")}</h1>
          <p>{say("sign_in_unreachable")}</p>
          <Button kind="main" onPress={() => retry(session.code)}>
            {say("try_again")}
          </Button>
        </>
      );
    case "out":
      return (
        <>
          <h1>{say(session.why === "none" ? "no_session" : session.why === "used" ? "sign_in_failed" : "session_over")}</h1>
          <p>{say(session.why === "none" ? "no_session_do" : session.why === "used" ? "sign_in_used" : "session_over_do")}</p>
        </>
      );
  }
}

interface HomeProps {
  readonly token: string;
  readonly over: () => void;
  readonly signOut: () => void;
}

function Home({ token, over, signOut }: HomeProps): JSX.Element {
  const calls = useRef(new ControlCalls(token)).current;
  const [spaces, setSpaces] = useState<readonly PublicSpace[] | null>(null);
  const [away, setAway] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const read = useCallback(async () => {
    const reply = await calls.spaces();
    setAway(reply.is !== "ok");
    if (reply.is === "ok") setSpaces(reply.value.spaces);
    else if (isOver(reply)) over();
  }, [calls, over]);
  const newest = useRef(read);
  newest.current = read;
  useEffect(() => {
    void newest.current();
    const timer = setInterval(() => document.visibilityState === "visible" && void newest.current(), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <main class="control" id="main">
      <header class="control-head">
        <p class="mark">Odeon</p>
        <h1>{say("title")}</h1>
        <Button onPress={signOut}>{say("sign_out")}</Button>
      </header>
      {!keep.lasts && <Note>{say("no_storage")}</Note>}
      <div role="status">{away && <Note bad>{say("away")}</Note>}</div>
      {made !== null && <MadeCard made={made} close={() => setMade(null)} />}
      <div class="control-columns">
        <div class="stack">
          <TryIt calls={calls} over={over} />
          <Card title={say("make_title")}>
            <MakeForm
              calls={calls}
              made={(one) => {
                setMade(one);
                void read();
              }}
            />
          </Card>
        </div>
        {spaces === null ? <p role="status">{say("loading")}</p> : <SpaceList spaces={spaces} calls={calls} changed={() => void read()} />}
      </div>
    </main>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section class="card stack" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function MadeCard({ made, close }: { readonly made: Made; readonly close: () => void }): JSX.Element {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <section class="card stack made" aria-labelledby="made-title">
      <h2 id="made-title" tabIndex={-1} ref={head} dir="auto">
        {say("made_title", { title: made.space.title })}
      </h2>
      <p class="quiet">{say("made_note")}</p>
      <MadeLinks links={made.links} />
      <div class="row">
        <Button onPress={close}>{say("done")}</Button>
      </div>
    </section>
  );
}

function TryIt({ calls, over }: { readonly calls: ControlCalls; readonly over: () => void }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const start = async (): Promise<void> => {
    setBusy(true);
    const reply = await calls.demo();
    setBusy(false);
    if (reply.is === "ok") location.assign(`/s/${encodeURIComponent(reply.value.space.id)}#play=now`);
    else if (isOver(reply)) over();
    else setFailure(reply.is === "unreachable" ? say("failed_unreachable") : say("failed", { detail: reply.problem.detail }));
  };
  return (
    <section class="card stack-tight">
      <Button icon="play" disabled={busy} onPress={() => void start()}>
        {say(busy ? "trying" : "try_it")}
      </Button>
      <p class="quiet small">{say("try_it_note")}</p>
      <div role="alert">{failure !== null && <p class="note note-bad">{failure}</p>}</div>
    </section>
  );
}
