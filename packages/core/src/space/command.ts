/** What may be asked of a Space. */

import type { WallTime } from "../shared/units.ts";
import type { Place, ReplayCut, Role, SpaceSettings } from "./space.ts";

/** A wish, not yet decided. `by` is the participant or link that asks, where it matters. */
export type SpaceCommand =
  | { readonly ask: "create"; readonly id: string; readonly settings: SpaceSettings; readonly demo: boolean }
  | { readonly ask: "change"; readonly settings: Partial<SpaceSettings> }
  | { readonly ask: "open_doors" }
  | { readonly ask: "go_live" }
  | { readonly ask: "end" }
  | { readonly ask: "undo_end" }
  | { readonly ask: "reopen" }
  /** The house was away so long that the program's clock starts anew. */
  | { readonly ask: "pause" }
  | { readonly ask: "cancel" }
  | { readonly ask: "delay"; readonly until: WallTime | null; readonly reason: string }
  | { readonly ask: "announce"; readonly id: string; readonly text: string; readonly by: string }
  /** `guest`: the id of the named link that brings the person; null for the general ones. */
  | {
      readonly ask: "join";
      readonly participant: string;
      readonly name: string;
      readonly role: Role;
      readonly consent: string;
      readonly guest: string | null;
    }
  | { readonly ask: "admit"; readonly participant: string }
  /** `self`: the person asks; a host's own press counts as self for the host. */
  | { readonly ask: "place"; readonly participant: string; readonly place: Place; readonly self: boolean }
  | { readonly ask: "mute"; readonly participant: string | "everyone" }
  | { readonly ask: "allow"; readonly participant: string }
  | { readonly ask: "remove"; readonly participant: string }
  | { readonly ask: "give_role"; readonly participant: string; readonly role: Role }
  | { readonly ask: "slate"; readonly on: boolean }
  /** Slate on, everyone muted, in one press. */
  | { readonly ask: "panic" }
  | { readonly ask: "fill_gap"; readonly from: number; readonly to: number }
  | { readonly ask: "cut_replay"; readonly cut: ReplayCut }
  | { readonly ask: "revoke_link"; readonly jti: string }
  | { readonly ask: "set_capacity"; readonly capacity: number | null }
  /** Time has passed: what is due happens. */
  | { readonly ask: "tick" };
