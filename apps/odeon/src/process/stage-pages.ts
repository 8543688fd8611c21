/** The pages on the stage's own port: stage and control as everywhere, and whatever is for listeners leads to the public address. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { Fault } from "@odeon/core/shared/fault";
import { readCall, refuse } from "@odeon/edge/http/call";
import { Pages } from "@odeon/edge/pages/pages";

/** Makes the listener's answer to everything that is not the API. @param publicUrl without a trailing slash */
export function makeStagePages(folder: string, publicUrl: string): (request: IncomingMessage, response: ServerResponse) => void {
  const pages = new Pages(folder);
  return (request, response) => {
    const path = request.url ?? "/";
    try {
      if (/^\/(s|spaces|lan)\//.test(path) || path === "/lan")
        response.writeHead(307, { location: `${publicUrl}${path}`, "cache-control": "no-store" }).end();
      else pages.serve(readCall(request, response), () => true);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      refuse({ request, response, path }, error);
    }
  };
}
