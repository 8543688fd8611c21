/** The operator's page. */

import { render } from "preact";
import "../shared/tokens.css";
import "../shared/base.css";
import "../stage/stage.css";
import "./control.css";
import { keep, OPERATOR_KEY, takeFromFragment } from "../shared/link.ts";
import { dressDocument } from "../shared/locale.ts";
import { ControlPage } from "./control-page.tsx";
import { firstSession } from "./session.ts";
import { say } from "./texts.ts";

dressDocument();
document.title = say("page_title");
const first = firstSession(takeFromFragment("signin"), keep.get(OPERATOR_KEY));
render(<ControlPage first={first} />, document.getElementById("page") as HTMLElement);
