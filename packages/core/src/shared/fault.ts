/** Refusals: one table of codes, each documented in `docs/errors.md` and mapped to an HTTP status. */

/** Every way a request can be refused, with its HTTP status. Codes are public API. */
export const FAULTS = {
  body_malformed: 400,
  body_too_large: 413,
  body_timeout: 408,
  media_type_unsupported: 415,
  method_not_allowed: 405,
  route_not_found: 404,
  idempotency_mismatch: 422,
  token_missing: 401,
  token_invalid: 401,
  token_expired: 401,
  token_foreign: 403,
  token_revoked: 403,
  role_insufficient: 403,
  sign_in_used: 403,
  space_not_found: 404,
  title_invalid: 422,
  text_invalid: 422,
  name_invalid: 422,
  time_invalid: 422,
  setting_invalid: 422,
  space_not_live: 409,
  space_already_live: 409,
  space_ended: 409,
  space_not_ended: 409,
  space_cancelled: 409,
  undo_expired: 409,
  reopen_expired: 409,
  consent_missing: 422,
  participant_not_found: 404,
  participant_not_ready: 409,
  participant_removed: 403,
  stage_full: 409,
  stage_unavailable: 503,
  sdp_malformed: 400,
  sdp_too_large: 413,
  sdp_no_opus: 406,
  sdp_no_audio: 400,
  ticket_forged: 403,
  ticket_foreign: 403,
  pass_unknown: 403,
  edge_full: 503,
  house_full: 503,
  house_away: 503,
  rendition_unknown: 404,
  part_gone: 410,
  part_too_early: 404,
  part_malformed: 400,
  query_invalid: 400,
  range_invalid: 416,
  replay_not_ready: 404,
  replay_hidden: 404,
  frame_malformed: 400,
  frame_too_large: 413,
  rtp_malformed: 400,
  mp4_malformed: 400,
  log_fenced: 409,
  log_unavailable: 503,
  format_newer: 500,
  setting_unknown: 400,
  internal: 500,
} as const satisfies Record<string, number>;

/** A refusal's code. */
export type FaultCode = keyof typeof FAULTS;

/** A refusal that the caller can act on; anything else that is thrown is a bug. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(code: FaultCode, detail: string, options?: { readonly cause?: unknown; readonly retryAfter?: number }) {
    super(detail, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfter = options?.retryAfter;
  }

  /** The HTTP status of this refusal. */
  get status(): number {
    return FAULTS[this.code];
  }
}
