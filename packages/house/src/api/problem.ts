/** Refusals as RFC 9457 problem documents. */

import { STATUS_CODES } from "node:http";
import { Fault, type FaultCode } from "@odeon/core/shared/fault";
import type { FastifyError } from "fastify";

/** Fastify's own refusals, in this house's codes. */
const FASTIFY: Readonly<Record<string, FaultCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "body_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "media_type_unsupported",
  FST_ERR_CTP_EMPTY_JSON_BODY: "body_malformed",
  FST_ERR_CTP_INVALID_JSON_BODY: "body_malformed",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "body_malformed",
  FST_ERR_VALIDATION: "body_malformed",
  FST_ERR_HANDLER_TIMEOUT: "body_timeout",
};

/** The refusal that an error stands for; null for a bug. */
export function faultOf(error: unknown): Fault | null {
  if (error instanceof Fault) return error;
  const { code, message, statusCode } = error as Partial<FastifyError>;
  const known = code === undefined ? undefined : FASTIFY[code];
  if (known !== undefined) return new Fault(known, message ?? known);
  return statusCode !== undefined && statusCode < 500 ? new Fault("body_malformed", message ?? "the request is malformed") : null;
}

/** The problem document of a refusal. @param instance the path that was asked for */
export function problem(fault: Fault, instance: string): Readonly<Record<string, string | number>> {
  const { status, code, message } = fault;
  return {
    type: `https://github.com/odeon/odeon/blob/main/docs/errors.md#${code}`,
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: message,
    code,
    instance,
  };
}
