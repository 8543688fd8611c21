import { fileURLToPath } from "node:url";

/** The folder of the built pages. */
export const PAGES = fileURLToPath(new URL("../../../web/dist/", import.meta.url));
