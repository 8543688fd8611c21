/** The stage page, for hosts, speakers and operators. */

import { render } from "preact";
import "../shared/tokens.css";
import "../shared/base.css";
import "./stage.css";
import { keep, OPERATOR_KEY, spaceOfPath, stageKey, takeToken } from "../shared/link.ts";
import { dressDocument } from "../shared/locale.ts";
import { Stage } from "./stage.ts";
import { Shut, StagePage } from "./stage-page.tsx";

dressDocument();
const page = document.getElementById("page") as HTMLElement;
const space = spaceOfPath(location.pathname);
const token = space === null ? null : (takeToken(stageKey(space)) ?? keep.get(OPERATOR_KEY));
if (space === null) render(<Shut code="space_not_found" detail="" />, page);
else if (token === null) render(<Shut code="token_missing" detail="" />, page);
else render(<StagePage stage={new Stage(space, token)} />, page);
