/** What the API's groups of routes share. */

import { BODIES } from "@odeon/wire/api/bodies";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import type { Grant, Tokens } from "../links/tokens.ts";

/** What every group of routes gets. */
export interface Api {
  readonly app: FastifyInstance;
  readonly house: House;
  readonly tokens: Tokens;
  /** The public address, without a trailing slash. */
  readonly url: string;
  /** The address of stage and control pages, without a trailing slash. */
  readonly stageUrl: string;
  readonly takeSignInCode: (code: string) => boolean;
  readonly startDemo: (demo: { readonly space: string; readonly links: { readonly host: string; readonly speaker: string } }) => void;
  /** Reads and checks the caller's token. @throws Fault `token_*`, `role_insufficient` */
  readonly authorise: (request: FastifyRequest, space: string | null, role: "operator" | "host" | "speaker") => Promise<Grant>;
}

/** The schema of a route: its summary, its body, and that it needs a token. */
export function describe(summary: string, body?: keyof typeof BODIES): { readonly schema: object } {
  return { schema: { summary, security: [{ bearer: [] }], ...(body === undefined ? {} : { body: BODIES[body] }) } };
}
