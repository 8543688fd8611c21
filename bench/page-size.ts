/** What the listener's page costs to load: every byte of HTML, CSS, script and pictures, compressed as it is served. */

import { gzipSync } from "node:zlib";
import { openBrowser } from "../test/e2e/browser.ts";
import { Product } from "../test/e2e/product.ts";
import { report } from "./shared/report.ts";

const RUNS = 5;

const product = await Product.start();
try {
  const { links } = await product.space();
  const runs = { brotli: [] as number[], gzip: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    const { brotli, gzip } = await load(links.listen);
    runs.brotli.push(brotli / 1_000);
    runs.gzip.push(gzip / 1_000);
  }
  report({
    name: "page-size",
    title: "The listener's page",
    method: [
      "Every response that Chromium got while it opened the page, API calls left out: bodies as they came (Brotli), and the same packed with gzip.",
    ],
    figures: [{ figure: "HTML, CSS, script and pictures", unit: "kB", runs: runs.brotli, goal: 40, beside: { what: "with gzip", runs: runs.gzip } }],
  });
} finally {
  await product.close();
}

async function load(link: string): Promise<{ readonly brotli: number; readonly gzip: number }> {
  const person = await openBrowser();
  const addresses = new Set<string>([link]);
  person.page.on("response", (response) => {
    if (!new URL(response.url()).pathname.startsWith("/api/")) addresses.add(response.url());
  });
  await person.page.goto(link);
  await person.page.getByRole("button", { name: "Play when it begins" }).waitFor();
  await person.close();
  let [brotli, gzip] = [0, 0];
  for (const address of addresses) {
    const packed = await fetch(address, { headers: { "accept-encoding": "br" } });
    // fetch unpacks: the length that was sent is in the header.
    brotli += Number(packed.headers.get("content-length") ?? 0);
    gzip += gzipSync(Buffer.from(await packed.arrayBuffer()), { level: 9 }).length;
  }
  return { brotli, gzip };
}
