/** Units as types: mixing a wall clock with a monotonic one does not compile. */

declare const unit: unique symbol;
/** A number that carries its unit. */
export type Unit<Name extends string> = number & { readonly [unit]: Name };

/** A duration in milliseconds. */
export type Ms = Unit<"ms">;
/** Milliseconds since 1970-01-01T00:00Z, from a clock that people may set. */
export type WallTime = Unit<"wall">;
/** Milliseconds on a monotonic clock; only differences have a meaning. */
export type Instant = Unit<"instant">;

/** Names `n` milliseconds as a duration. */
export const ms = (n: number): Ms => n as Ms;
/** Names `n` milliseconds since 1970 as wall time. */
export const wallTime = (n: number): WallTime => n as WallTime;
/** Names `n` milliseconds on the monotonic clock. */
export const instant = (n: number): Instant => n as Instant;
