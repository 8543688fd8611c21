import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { checkTicket, makeTicket, type Sign, type Ticket } from "./ticket.ts";

const sign: Sign = (keyId, message) => (keyId > 3 ? null : createHmac("sha256", `key ${keyId}`).update(message).digest());
const ticket: fc.Arbitrary<Ticket> = fc.record({
  kind: fc.constantFrom("ticket", "pass"),
  keyId: fc.nat(3),
  epoch: fc.nat(65_535),
  lineKey: fc.nat(2 ** 52),
  ordinal: fc.nat(2 ** 32 - 1),
  id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => n.toString(16).padStart(16, "0")),
});
const space = fc.stringMatching(/^[a-z2-7]{10}$/);

test("what was made is read back, at its own Space and epoch only, and under its own key only", () => {
  fc.assert(
    fc.property(ticket, space, space, (made, here, there) => {
      const text = makeTicket(here, made, sign) ?? "";
      expect(text).toMatch(/^[\w-]{54}$/);
      expect(checkTicket(here, text, { epoch: made.epoch, sign })).toEqual(made);
      expect(checkTicket(here, text, { epoch: (made.epoch + 1) % 65_536, sign })).toBeNull();
      if (here !== there) expect(checkTicket(there, text, { epoch: made.epoch, sign })).toBeNull();
      const others: Sign = (keyId, message) => createHmac("sha256", `other ${keyId}`).update(message).digest();
      expect(checkTicket(here, text, { epoch: made.epoch, sign: others })).toBeNull();
    }),
  );
});

test("a ticket of which one character or more was changed is never accepted", () => {
  fc.assert(
    fc.property(ticket, fc.array(fc.tuple(fc.nat(53), fc.constantFrom(..."ABCXYZabcxyz0189-_")), { minLength: 1, maxLength: 6 }), (made, changes) => {
      const text = makeTicket("abcdefghij", made, sign) ?? "";
      const letters = [...text];
      for (const [at, letter] of changes) letters[at] = letter;
      const forged = letters.join("");
      if (forged !== text) expect(checkTicket("abcdefghij", forged, { epoch: made.epoch, sign })).toBeNull();
    }),
    { numRuns: 2_000 },
  );
});

test("arbitrary text is no ticket, and an unknown key makes none", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{54}$/)), (text) => {
      expect(checkTicket("abcdefghij", text, { epoch: 1, sign })).toBeNull();
    }),
  );
  expect(makeTicket("abcdefghij", { kind: "ticket", keyId: 9, epoch: 1, lineKey: 1, ordinal: 1, id: "0".repeat(16) }, sign)).toBeNull();
});

test("base64url as RFC 4648 section 5 has it, and one text only for each byte string", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.string({ maxLength: 12 }), (bytes, text) => {
      expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
      expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes);
      const decoded = decodeBase64url(text);
      if (decoded !== null) expect(encodeBase64url(decoded)).toBe(text);
    }),
  );
});
