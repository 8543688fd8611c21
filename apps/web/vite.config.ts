/** Builds the five pages into `dist`: one document each, hashed assets, no inline script or style (the pages' CSP is `default-src 'self'`). */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const PAGES = ["listen", "home", "stage", "control", "lan"] as const;

export default defineConfig({
  root,
  base: "/",
  plugins: [preact()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // What Safari 16.4 and the Chromium and Firefox of two years ago run.
    target: ["es2022", "safari16.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    reportCompressedSize: false,
    rollupOptions: { input: Object.fromEntries(PAGES.map((page) => [page, `${root}${page}.html`]).filter(([, path]) => existsSync(path ?? ""))) },
  },
});
