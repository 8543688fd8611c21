/** Calls the house's HTTP API. Every outcome is a value: an answer, a refusal with its problem document, or no answer at all. */

/** An RFC 9457 problem document, as the house writes it. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** One of `core/shared/fault`, or `"unreadable"` when something else than the house answered. */
  readonly code: string;
}

/** What became of a call. */
export type Reply<T> =
  | { readonly is: "ok"; readonly value: T; readonly status: number }
  /** The house said no; `retryAfter` in seconds when it said when to come back. */
  | { readonly is: "refused"; readonly problem: Problem; readonly retryAfter: number | null }
  /** No answer: the reader's network is gone or the house is. */
  | { readonly is: "unreachable" };

/** How to call. Everything is optional. */
export interface CallOptions {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | null;
  /** Sent as `Idempotency-Key`, so that pressing twice is pressing once. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the call counts as unreachable; 10,000 without. */
  readonly patience?: number;
}

/**
 * Calls `path` and reads the JSON answer.
 *
 * Never throws: an abort by `signal` is `unreachable` too.
 */
export async function call<T>(path: string, options: CallOptions = {}): Promise<Reply<T>> {
  const patience = AbortSignal.timeout(options.patience ?? 10_000);
  const signal = options.signal === undefined ? patience : AbortSignal.any([options.signal, patience]);
  try {
    const response = await fetch(path, {
      method: options.method ?? (options.body === undefined ? "GET" : "POST"),
      headers: headersOf(options),
      signal,
      ...bodyOf(options),
    });
    const text = await response.text();
    return response.ok ? { is: "ok", value: (text === "" ? null : JSON.parse(text)) as T, status: response.status } : refusal(response, text);
  } catch {
    return { is: "unreachable" };
  }
}

function headersOf(options: CallOptions): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (options.body !== undefined) headers["content-type"] = "application/json";
  if (options.token) headers.authorization = `Bearer ${options.token}`;
  if (options.idempotencyKey !== undefined) headers["idempotency-key"] = options.idempotencyKey;
  return headers;
}

function bodyOf(options: CallOptions): { readonly body?: string } {
  return options.body === undefined ? {} : { body: JSON.stringify(options.body) };
}

function refusal(response: Response, text: string): Reply<never> {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return { is: "refused", problem: readProblem(response, text), retryAfter: Number.isFinite(seconds) ? seconds : null };
}

function readProblem(response: Response, text: string): Problem {
  const unreadable: Problem = { title: response.statusText, status: response.status, detail: "", code: "unreadable" };
  try {
    const parsed = JSON.parse(text) as Partial<Problem> | null;
    return typeof parsed?.code === "string" ? { ...unreadable, ...parsed } : unreadable;
  } catch {
    return unreadable;
  }
}
