/** The page `/lan`: brings this house's certificate to phones and other computers on the network. */

import "../shared/tokens.css";
import "../shared/base.css";
import "../home/home.css";
import type { JSX } from "preact";
import { render } from "preact";
import { Icon } from "../shared/kit.tsx";
import { dressDocument } from "../shared/locale.ts";
import { orderSystems, type System } from "./steps.ts";
import { say } from "./texts.ts";

const STEPS: Readonly<Record<System, () => readonly string[]>> = {
  ios: () => [say("ios_1"), say("ios_2"), say("ios_3")],
  android: () => [say("android_1"), say("android_2"), say("android_3")],
  mac: () => [say("mac_1"), say("mac_2")],
  windows: () => [say("windows_1"), say("windows_2")],
  firefox: () => [say("firefox_1"), say("firefox_2")],
};

function LanPage(): JSX.Element {
  const [own, ...others] = orderSystems(navigator.userAgent, navigator.maxTouchPoints);
  return (
    <main class="house" id="main">
      <header>
        <p class="mark">Odeon</p>
        <h1>{say("heading")}</h1>
      </header>
      <div class="bill-empty">
        <p>{say("lead")}</p>
        <p class="quiet">{say("listeners")}</p>
      </div>
      <a class="btn btn-main" href="/lan/odeon-ca.crt" download>
        <Icon name="download" />
        {say("get")}
      </a>
      {own === undefined ? null : <Steps system={own} open />}
      <p>{say("next")}</p>
      <div>
        {others.map((system) => (
          <Steps key={system} system={system} open={false} />
        ))}
      </div>
      <p class="quiet">{say("meanwhile")}</p>
      <footer class="quiet small">{say("afterwards")}</footer>
    </main>
  );
}

function Steps({ system, open }: { readonly system: System; readonly open: boolean }): JSX.Element {
  return (
    <details class="steps" open={open}>
      <summary>{say(`title_${system}`)}</summary>
      <ol>
        {STEPS[system]().map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </details>
  );
}

dressDocument();
document.title = say("page_title");
render(<LanPage />, document.getElementById("page") as HTMLElement);
