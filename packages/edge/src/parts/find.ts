/** Parts by number, wherever they are. */

import { Fault } from "@odeon/core/shared/fault";
import { RENDITIONS, type Rendition } from "@odeon/core/shared/program";
import { decodePartRecord } from "@odeon/log/part-record";
import type { Edge } from "../edge.ts";
import type { Channel } from "../ring/channel.ts";

/** The bytes of some parts, in order. */
export type Found = readonly Uint8Array[];

/**
 * The parts `from` up to but not including `to`: from memory with their state before them, else from the log, which has only sound.
 *
 * @throws Fault `part_gone` when one of them is in neither, or is not given any more
 */
export async function findParts(
  edge: Edge,
  channel: Channel,
  wanted: { readonly from: number; readonly to: number },
  rendition: Rendition,
): Promise<Found> {
  const index = RENDITIONS.indexOf(rendition);
  const found: Uint8Array[] = [];
  let fromLog: ReadonlyMap<number, Uint8Array> | null = null;
  for (let number = wanted.from; number < wanted.to; number++) {
    if (!channel.reaches(number)) throw new Fault("part_gone", `part ${number} is not to be had any more`);
    const here = channel.ring.get(number)?.chunks[index]?.raw;
    if (here === undefined) fromLog ??= await readLog(edge, channel.id, wanted, rendition);
    const bytes = here ?? fromLog?.get(number);
    if (bytes === undefined) throw new Fault("part_gone", `part ${number} is not to be had any more`);
    found.push(bytes);
  }
  return found;
}

async function readLog(
  edge: Edge,
  space: string,
  wanted: { readonly from: number; readonly to: number },
  rendition: Rendition,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const records = await edge.log.parts(space, wanted.from, wanted.to);
  return new Map(records.map(({ part, body }) => [part ?? -1, decodePartRecord(body).renditions[rendition]]));
}
