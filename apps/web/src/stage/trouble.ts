/** Why there is no microphone, as one of few words; the page says what to do about each. */

/** What is in the way. */
export type Trouble =
  /** The page came over plain HTTP from another machine: browsers give microphones only to secure pages. */
  | "insecure"
  /** The browser cannot do it at all. */
  | "unsupported"
  /** The person, or their organisation, said no. */
  | "denied"
  /** No microphone is connected. */
  | "none"
  /** Another program, or a phone call, holds it. */
  | "taken"
  /** It was there and is gone: unplugged, or out of reach. */
  | "gone"
  | "unknown";

/** Names the trouble. @param error what `getUserMedia` threw; null when it could not be called */
export function troubleOf(place: { readonly secure: boolean; readonly capable: boolean }, error: { readonly name: string } | null): Trouble {
  if (!place.secure) return "insecure";
  if (!place.capable) return "unsupported";
  return TROUBLES[error?.name ?? ""] ?? "unknown";
}

/** @see Media Capture and Streams section 10.2, getUserMedia */
const TROUBLES: Readonly<Record<string, Trouble>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "taken",
  AbortError: "taken",
};
