import { Fault } from "@odeon/core/shared/fault";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULTS, environmentName, flagName, readSettings } from "./settings.ts";

const none = { flags: [], environment: {}, file: "" };

describe("settings", () => {
  test("nothing set gives the documented defaults", () => {
    expect(readSettings(none)).toEqual(DEFAULTS);
  });

  test("a flag is stronger than the environment, the environment stronger than the file", () => {
    const file = "ODEON_PORT=1\nODEON_HOST=a\n# a comment\n\nODEON_DATA=x";
    const settings = readSettings({ flags: ["--port=3"], environment: { ODEON_PORT: "2", ODEON_HOST: "b" }, file });
    expect([settings.port, settings.host, settings.data]).toEqual([3, "b", "x"]);
  });

  test.each([
    ["--prt", "3"],
    ["--port", "70000"],
    ["--port", "8o8o"],
    ["--url", "https://a.example/path"],
    ["--udp-ports", "5000-4000"],
    ["--edges", "0"],
    ["--mixers", "2"],
    ["--lan", "perhaps"],
    ["--log", "paper"],
    ["--operator-token", "short"],
    ["--tls-cert", "only-one"],
    ["--port"],
  ])("%s %s stops the start with one line that names it", (...flags) => {
    expect(() => readSettings({ ...none, flags })).toThrow(Fault);
    try {
      readSettings({ ...none, flags });
    } catch (error) {
      expect((error as Fault).message).not.toContain("\n");
    }
  });

  test("an unknown ODEON_ name in the environment is refused, any other name is not looked at", () => {
    expect(() => readSettings({ ...none, environment: { ODEON_PROT: "1" } })).toThrow(/ODEON_PROT is not a setting/);
    expect(readSettings({ ...none, environment: { PORT: "1" } }).port).toBe(8080);
  });

  test("every setting has a flag and a name that lead to the same field", () => {
    for (const key of Object.keys(DEFAULTS)) {
      expect(environmentName(key)).toMatch(/^ODEON_[A-Z_]+$/);
      expect(flagName(key)).toMatch(/^--[a-z-]+$/);
    }
  });

  test("arbitrary text gives settings or a Fault, never anything else", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.string(), (flags, file) => {
        try {
          readSettings({ flags, environment: {}, file });
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});
