/** The front page: the operator's home for who is signed in, else what is on. */

import "../shared/tokens.css";
import "../shared/base.css";
import "./home.css";
import { render } from "preact";
import { keep, OPERATOR_KEY } from "../shared/link.ts";
import { dressDocument } from "../shared/locale.ts";
import { HomePage } from "./home-page.tsx";
import { say } from "./texts.ts";

if (keep.get(OPERATOR_KEY) === null) {
  dressDocument();
  document.title = say("page_title");
  render(<HomePage />, document.getElementById("page") as HTMLElement);
} else void import("../control/main.tsx");
