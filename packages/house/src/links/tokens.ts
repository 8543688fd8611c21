/** Who may do what: tokens in links, and the operator's. */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Fault } from "@odeon/core/shared/fault";
import { errors, jwtVerify, SignJWT } from "jose";

/** What a token lets its bearer do. `space` is null for operators. */
export interface Grant {
  readonly role: "operator" | "host" | "speaker";
  readonly space: string | null;
  /** The link's id, by which it is revoked. */
  readonly jti: string;
  /** Whom a guest's own link is for; null for every other. */
  readonly guest: string | null;
}

const OPERATOR_DAYS = "30d";

/** Makes and checks tokens with one secret. */
export class Tokens {
  readonly #secret: Uint8Array;
  readonly #operatorHash: Buffer;

  /** @param secret hex. @param operatorTokenHash SHA-256 of the operator's token, hex */
  constructor(secret: string, operatorTokenHash: string) {
    this.#secret = Buffer.from(secret, "hex");
    this.#operatorHash = Buffer.from(operatorTokenHash, "hex");
  }

  /** Makes a link's token; operators' last 30 days, links' as long as their Space. */
  make(grant: Grant): Promise<string> {
    const token = new SignJWT({
      role: grant.role,
      ...(grant.space === null ? {} : { space: grant.space }),
      ...(grant.guest === null ? {} : { guest: grant.guest }),
    })
      .setProtectedHeader({ alg: "HS256" })
      .setJti(grant.jti)
      .setIssuedAt();
    return (grant.role === "operator" ? token.setExpirationTime(OPERATOR_DAYS) : token).sign(this.#secret);
  }

  /**
   * Reads an `Authorization` header.
   *
   * @throws Fault `token_missing`, `token_invalid`, `token_expired`
   */
  async read(authorization: string | undefined): Promise<Grant> {
    const token = /^Bearer ([\w.~+/=-]{1,2000})$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) throw new Fault("token_missing", "an Authorization header with a bearer token is needed");
    if (this.#isOperator(token)) return { role: "operator", space: null, jti: "operator", guest: null };
    try {
      const { payload } = await jwtVerify(token, this.#secret, { algorithms: ["HS256"] });
      const { role, space, jti, guest } = payload;
      if ((role === "operator" || role === "host" || role === "speaker") && typeof jti === "string")
        return { role, space: typeof space === "string" ? space : null, jti, guest: typeof guest === "string" ? guest : null };
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) throw new Fault("token_expired", "this link has expired", { cause });
      throw new Fault("token_invalid", "this token is not one of this house", { cause });
    }
    throw new Fault("token_invalid", "this token is not one of this house");
  }

  /** The secret with which a person comes back as themself. */
  secretOf(space: string, participant: string): string {
    return createHmac("sha256", this.#secret).update(`participant\0${space}\0${participant}`).digest("base64url");
  }

  /** Whether `secret` is that person's. Constant time. */
  isSecretOf(space: string, participant: string, secret: string): boolean {
    const wanted = Buffer.from(this.secretOf(space, participant));
    const given = Buffer.from(secret);
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  }

  #isOperator(token: string): boolean {
    return timingSafeEqual(createHash("sha256").update(token).digest(), this.#operatorHash);
  }
}
