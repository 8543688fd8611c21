/** A button that asks once, in place, before it does what cannot be taken back. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../shared/kit.tsx";
import { say } from "./texts.ts";

/** What it says and does. */
export interface AskOnceProps {
  readonly label: string;
  readonly question: string;
  readonly yes: string;
  readonly no?: string;
  readonly danger?: boolean;
  readonly onYes: () => void;
}

/** The button; pressed, it becomes its question. The safe answer has the focus, and Escape gives it. */
export function AskOnce({ label, question, yes, no = say("ask_no"), danger = true, onYes }: AskOnceProps): JSX.Element {
  const [asking, setAsking] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const was = useRef(false);
  useEffect(() => {
    const buttons = place.current?.querySelectorAll("button");
    if (asking) buttons?.[0]?.focus();
    else if (was.current) buttons?.[0]?.focus();
    was.current = asking;
  }, [asking]);
  if (!asking) {
    return (
      <div class="ask-once" ref={place}>
        <Button kind={danger ? "danger" : "quiet"} onPress={() => setAsking(true)}>
          {label}
        </Button>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape anywhere inside the question is its safe answer; both answers are buttons.
    <div class="ask-once asking" ref={place} onKeyDown={(event) => event.key === "Escape" && setAsking(false)}>
      <p role="alert">{question}</p>
      <div class="answers">
        <Button onPress={() => setAsking(false)}>{no}</Button>
        <Button
          kind="danger"
          onPress={() => {
            setAsking(false);
            onYes();
          }}
        >
          {yes}
        </Button>
      </div>
    </div>
  );
}
