/** How long the supervisor waits before it starts a dead process again. */

import type { Ms } from "@odeon/core/shared/units";
import { ms } from "@odeon/core/shared/units";

const FIRST = 100;
const MOST = 5_000;
const HEALTHY_AFTER = 10_000;

/**
 * The pause before the next start: 0.1 s after a healthy life of 10 s, else twice the last pause, at most 5 s.
 *
 * @param last the pause before the life that has just ended; null for the first
 * @param lived how long that life lasted
 */
export function nextPause(last: Ms | null, lived: Ms): Ms {
  if (last === null || lived >= HEALTHY_AFTER) return ms(FIRST);
  return ms(Math.min(MOST, last * 2));
}
