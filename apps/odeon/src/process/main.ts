/** The entry of every child process: waits for its start message, then runs one room of the house until it is told to stop. */

import type { FromChild, Start, ToChild } from "../supervisor/child.ts";
import type { Room } from "./room.ts";

const stopping = new AbortController();

let room: Room | null = null;

process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.on("disconnect", () => process.exit(1));
process.on("message", (message: ToChild) => {
  if (message.ask === "start") void start(message.start);
  if (message.ask === "stop") void stop();
  if (message.ask === "count_live") tell({ type: "live", count: room?.countLive?.() ?? 0 });
});

async function start(options: Start): Promise<void> {
  process.title = `odeon ${options.id}`;
  try {
    const { run } = await load(options);
    room = await run(options, stopping.signal);
    tell({ type: "ready", port: room.port });
  } catch (error) {
    tell({ type: "failed", detail: error instanceof Error ? error.message : String(error) });
    process.stderr.write(`${options.id}: ${error instanceof Error ? error.stack : String(error)}\n`);
    setTimeout(() => process.exit(1), 50);
  }
}

async function stop(): Promise<void> {
  const running = room;
  stopping.abort();
  await running?.stop();
  process.exit(0);
}

function load(options: Start): Promise<{ run: (options: Start, signal: AbortSignal) => Promise<Room> }> {
  switch (options.role) {
    case "house":
      return import("./house.ts");
    case "mixer":
      return import("./mixer.ts");
    case "stage":
      return import("./stage.ts");
    case "edge":
      return import("./edge.ts");
  }
}

function tell(message: FromChild): void {
  process.send?.(message);
}
