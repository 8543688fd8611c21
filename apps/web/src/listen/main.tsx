/** The listener's page, `/s/:id`. */

import "../shared/tokens.css";
import "../shared/base.css";
import "./listen.css";
import { render } from "preact";
import { spaceOfPath, takeFromFragment } from "../shared/link.ts";
import { dressDocument } from "../shared/locale.ts";
import { ListenPage } from "./page.tsx";

const root = document.getElementById("page");
dressDocument();
if (root !== null) render(<ListenPage id={spaceOfPath(location.pathname) ?? ""} playsAtOnce={takeFromFragment("play") !== null} />, root);
