import { expect, test } from "vitest";
import type { Reply } from "../shared/api.ts";
import { afterSignIn, firstSession, isOver } from "./session.ts";

const refused = (status: number, code: string): Reply<never> => ({
  is: "refused",
  retryAfter: null,
  problem: { title: "", detail: "", status, code },
});

test("a code in the address counts before what the browser kept", () => {
  expect(firstSession("c", "old")).toEqual({ is: "signing_in", code: "c" });
  expect(firstSession(null, "old")).toEqual({ is: "in", token: "old" });
  expect(firstSession("", null)).toEqual({ is: "out", why: "none" });
});

test("a used link does not sign out whoever is signed in", () => {
  expect(afterSignIn({ is: "ok", status: 200, value: { token: "new" } }, "c", "old")).toEqual({ is: "in", token: "new" });
  expect(afterSignIn(refused(403, "sign_in_used"), "c", null)).toEqual({ is: "out", why: "used" });
  expect(afterSignIn(refused(403, "sign_in_used"), "c", "old")).toEqual({ is: "in", token: "old" });
  expect(afterSignIn(refused(503, "house_away"), "c", null)).toEqual({ is: "unreachable", code: "c" });
  expect(afterSignIn({ is: "unreachable" }, "c", "old")).toEqual({ is: "unreachable", code: "c" });
});

test("only a refused token ends a session", () => {
  expect([refused(401, "token_invalid"), refused(403, "role_insufficient"), refused(403, "token_revoked")].map(isOver)).toEqual([true, true, true]);
  expect([refused(422, "title_invalid"), refused(503, "house_away"), { is: "unreachable" } as const].map(isOver)).toEqual([false, false, false]);
});
