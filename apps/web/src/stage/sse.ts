/** Server-Sent Events from a fetched body: `EventSource` cannot send a bearer token. */

/** One event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Characters an event may have; a longer one is no desk. */
const LONGEST = 4 << 20;

/**
 * Cuts a text stream into events, however it is torn into pieces.
 *
 * @see HTML Living Standard section 9.2.6, interpreting an event stream
 */
export class EventReader {
  #rest = "";
  #event = "";
  #data: string[] = [];

  /** Takes the next piece; gives the events that it completes. Throws a RangeError on a line that never ends. */
  push(piece: string): readonly ServerEvent[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST) throw new RangeError("an event is too long");
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): readonly ServerEvent[] {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    if (field === "data") this.#data.push(value);
    return [];
  }

  #dispatch(): readonly ServerEvent[] {
    const event = { event: this.#event === "" ? "message" : this.#event, data: this.#data.join("\n") };
    const empty = this.#data.length === 0;
    this.#event = "";
    this.#data = [];
    return empty ? [] : [event];
  }
}
