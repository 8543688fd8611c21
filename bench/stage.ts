/** What a stage costs: CPU of stage and mixer, WebRTC included, with 1, 4 and 13 people on it. */

import { type Created, Product } from "../test/e2e/product.ts";
import { goLive, SPEECH, silenceFile, speak, untilOnStage } from "./shared/evening.ts";
import { cpuPercent, rest } from "./shared/processes.ts";
import { type Figure, report } from "./shared/report.ts";

const WINDOWS = { runs: 5, seconds: 6 };
const SETTLE_MS = 4_000;
const STAGES = [
  { people: 1, talking: 1 },
  { people: 4, talking: 3 },
  { people: 4, talking: 4 },
  { people: 13, talking: 3, goal: 10 },
  { people: 13, talking: 13, goal: 25 },
] as const;

const figures: Figure[] = [];
for (const stage of STAGES) figures.push(await measure(stage));
report({
  name: "stage",
  title: "CPU of a stage",
  method: [
    `CPU time of the stage and the mixer process together, of one core, in ${WINDOWS.runs} windows of ${WINDOWS.seconds} s; the Space is live, nobody listens.`,
    "People are odeon speak processes of their own (not counted): machine-made speech, or silence that is sent as sound is. Each hears the others.",
  ],
  figures,
});

async function measure({
  people,
  talking,
  ...rest_
}: {
  readonly people: number;
  readonly talking: number;
  readonly goal?: number;
}): Promise<Figure> {
  const product = await Product.start();
  const created: Created = await product.space();
  const silence = silenceFile();
  const speakers = Array.from({ length: people }, (_, i) => speak(i < talking ? SPEECH : silence, created, `Person ${i + 1}`));
  try {
    await untilOnStage(product, created, people);
    await goLive(product, created);
    await rest(SETTLE_MS);
    const runs = await cpuPercent([await product.pid("stage"), await product.pid("mixer")], WINDOWS);
    process.stdout.write(`  ${people} on stage, ${talking} talking: ${runs.map((run) => run.toFixed(1)).join(", ")} %\n`);
    return { figure: `${people} on stage, ${talking === people ? "all" : talking} talking`, unit: "% of a core", runs, ...rest_ };
  } finally {
    for (const speaker of speakers) speaker.kill();
    await product.close();
  }
}
