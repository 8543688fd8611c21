/** Bodies of the HTTP API, as JSON Schema: what Fastify checks and OpenAPI shows. Finer rules are decided in `core/space`. */

import Type from "typebox";

const text = (most: number, description: string) => Type.String({ maxLength: most, description });
const time = (description: string) => Type.Union([Type.Integer({ description }), Type.String({ format: "date-time", description }), Type.Null()]);

/** What an organiser chooses. `startsAt`: milliseconds since 1970 or an RFC 3339 date-time. */
const settings = {
  description: Type.Optional(text(60_000, "Shown on the listener's page; at most 5,000 characters.")),
  startsAt: Type.Optional(time("The announced start.")),
  zone: Type.Optional(text(64, "The host's IANA time zone.")),
  capacity: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 100_000_000 }), Type.Null()])),
  record: Type.Optional(Type.Boolean()),
  visibility: Type.Optional(Type.Enum(["unlisted", "listed"])),
  replay: Type.Optional(Type.Enum(["at_once", "after_review", "never"])),
  doorsBefore: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 86_400_000, description: "Milliseconds before the start at which the doors open; 0 by hand." }),
  ),
};

const participant = Type.String({ minLength: 1, maxLength: 64 });
const strict = { additionalProperties: false };

/** Every request body, by operation. */
export const BODIES = {
  createSpace: Type.Object({ title: text(20_000, "1 to 200 characters."), ...settings }, strict),
  changeSpace: Type.Object({ title: Type.Optional(text(20_000, "1 to 200 characters.")), ...settings }, strict),
  empty: Type.Object({}),
  end: Type.Object({ undo: Type.Optional(Type.Boolean({ description: "Takes the end back, within 10 s." })) }, strict),
  delay: Type.Object({ until: time("The new start, null when unknown."), reason: text(4_000, "Said to everyone; at most 280 characters.") }, strict),
  announcement: Type.Object({ text: text(8_000, "At most 500 characters; empty takes the last one down.") }, strict),
  audience: Type.Object({ limit: Type.Union([Type.Integer({ minimum: 1, maximum: 100_000_000 }), Type.Null()]) }, strict),
  participant: Type.Object({ participant }, strict),
  mute: Type.Object({ participant: Type.Optional(participant), everyone: Type.Optional(Type.Literal(true)) }, strict),
  place: Type.Object(
    { participant, place: Type.Enum(["green", "stage"]), secret: Type.Optional(Type.Union([text(200, "The person's own secret."), Type.Null()])) },
    strict,
  ),
  role: Type.Object({ participant, role: Type.Enum(["host", "cohost", "speaker"]) }, strict),
  slate: Type.Object({ on: Type.Boolean() }, strict),
  replay: Type.Object(
    {
      fromMs: Type.Optional(Type.Integer({ minimum: 0, description: "Where the replay begins, in milliseconds of the recording." })),
      toMs: Type.Optional(Type.Integer({ minimum: 0 })),
      hidden: Type.Optional(Type.Boolean()),
      reviewed: Type.Optional(Type.Boolean()),
      cuts: Type.Optional(
        Type.Array(Type.Object({ fromMs: Type.Integer({ minimum: 0 }), toMs: Type.Integer({ minimum: 0 }) }, strict), { maxItems: 100 }),
      ),
    },
    strict,
  ),
  links: Type.Object(
    {
      role: Type.Enum(["host", "speaker"]),
      name: Type.Optional(text(200, "Whom the link is for.")),
      revoke: Type.Optional(text(64, "The id of a link to revoke.")),
    },
    strict,
  ),
  join: Type.Object(
    {
      sdp: Type.String({ maxLength: 200_000 }),
      name: text(2_000, "1 to 40 characters."),
      consent: Type.Object({ version: text(40, "Version of the text that was agreed to."), agreed: Type.Boolean() }, strict),
      participant: Type.Optional(Type.Union([participant, Type.Null()])),
      secret: Type.Optional(Type.Union([text(200, "Given at the first join."), Type.Null()])),
    },
    strict,
  ),
  leave: Type.Object({ secret: Type.Optional(Type.Union([text(200, "The person's own secret."), Type.Null()])) }, strict),
  signIn: Type.Object({ code: text(200, "The one-use code of the sign-in link.") }, strict),
} as const;

/** RFC 9457 problem document. */
export const PROBLEM = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  instance: Type.Optional(Type.String()),
});

/** The settings part of a create or change body. */
export interface SettingsBody {
  readonly title?: string;
  readonly description?: string;
  readonly startsAt?: number | string | null;
  readonly zone?: string;
  readonly capacity?: number | null;
  readonly record?: boolean;
  readonly visibility?: "unlisted" | "listed";
  readonly replay?: "at_once" | "after_review" | "never";
  readonly doorsBefore?: number;
}
