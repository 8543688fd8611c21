/** Whether somebody is signed in, and what stands in the way. */

import type { Reply } from "../shared/api.ts";

/** The operator's session in this browser. */
export type Session =
  | { readonly is: "signing_in"; readonly code: string }
  | { readonly is: "in"; readonly token: string }
  /** `why`: never signed in here, the link was used, the house did not answer, or the house knows the token no longer. */
  | { readonly is: "out"; readonly why: "none" | "used" | "over" }
  | { readonly is: "unreachable"; readonly code: string };

/** What a page opens with. A fresh code counts before what was kept: it may be another house's data. */
export function firstSession(code: string | null, kept: string | null): Session {
  if (code !== null && code !== "") return { is: "signing_in", code };
  return kept === null ? { is: "out", why: "none" } : { is: "in", token: kept };
}

/** What follows from the answer to a sign-in. With a used link, who is signed in already stays so. */
export function afterSignIn(reply: Reply<{ readonly token: string }>, code: string, kept: string | null): Session {
  if (reply.is === "ok") return { is: "in", token: reply.value.token };
  if (reply.is === "unreachable" || reply.problem.status >= 500) return { is: "unreachable", code };
  return kept === null ? { is: "out", why: "used" } : { is: "in", token: kept };
}

/** Whether an answer says that the session is over. */
export function isOver(reply: Reply<unknown>): boolean {
  return (
    reply.is === "refused" && (reply.problem.status === 401 || reply.problem.code === "token_revoked" || reply.problem.code === "role_insufficient")
  );
}
