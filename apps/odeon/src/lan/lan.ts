/** `--lan`: what it changes in the settings, and the certificates it needs. */

import { hostname } from "node:os";
import { join } from "node:path";
import { Fault } from "@odeon/core/shared/fault";
import { DEFAULTS, readSettings, type Settings } from "../config/settings.ts";
import { readSettingsFile } from "../config/settings-file.ts";
import { networkAddresses } from "./addresses.ts";
import { openAuthority } from "./authority.ts";

/** The port of stage and control pages where none was set. */
const STAGE_PORT = 8443;

/** The settings as `--lan` means them: every address of this computer, and stage pages on a port of their own. */
export function lanSettings(settings: Settings, addresses: readonly string[]): Settings {
  if (!settings.lan) return settings;
  const [address] = addresses;
  if (address === undefined && (settings.url === null || settings.stageUrl === null))
    throw new Fault("setting_invalid", "ODEON_LAN: this computer has no address on a network");
  if (settings.tlsCert !== null) throw new Fault("setting_invalid", "ODEON_LAN makes certificates of its own: leave ODEON_TLS_CERT out");
  const stagePort = settings.stagePort ?? STAGE_PORT;
  return {
    ...settings,
    host: settings.host === DEFAULTS.host ? "0.0.0.0" : settings.host,
    url: settings.url ?? `http://${address}:${settings.port}`,
    stagePort,
    stageUrl: settings.stageUrl ?? `https://${address}:${stagePort}`,
  };
}

/** All settings of a command: flags, environment and file, as `--lan` means them. @throws Fault `setting_unknown`, `setting_invalid` */
export function settingsOf(flags: readonly string[]): Settings {
  return lanSettings(readSettings({ flags, environment: process.env, file: readSettingsFile() }), networkAddresses());
}

/** The certificates for this computer's names on the network. */
export function openLanCertificates(data: string, addresses: readonly string[], now: number): ReturnType<typeof openAuthority> {
  const name = hostname();
  return openAuthority(join(data, "lan"), [...addresses, "127.0.0.1", "localhost", name, `${name}.local`], now);
}
