import { expect, test } from "vitest";
import { orderSystems, SYSTEMS } from "./steps.ts";

test.each([
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605 Safari/604", 5, "ios"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Safari/605", 5, "ios"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Safari/605", 0, "mac"],
  ["Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile", 5, "android"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0", 0, "firefox"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/140", 0, "windows"],
])("the reader's own device comes first, and none is left out: %s", (agent, touches, first) => {
  const order = orderSystems(agent, touches);
  expect(order[0]).toBe(first);
  expect(order.toSorted()).toEqual(SYSTEMS.toSorted());
});

test("an unknown device gets the usual order", () => {
  expect(orderSystems("curl", 0)).toEqual(SYSTEMS);
});
