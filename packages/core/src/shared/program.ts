/** The program's timeline: parts, samples and renditions, in the numbers every room of the house shares. */

/** Samples a second of the program, mono. */
export const SAMPLE_RATE = 48_000;
/** Samples of one mixer tick and one Opus frame: 20 ms. */
export const TICK_SAMPLES = 960;
/** Samples of one AAC frame. */
export const AAC_FRAME_SAMPLES = 1_024;
/** Samples of one part: 320 ms, exactly 16 Opus frames or 15 AAC frames. */
export const PART_SAMPLES = 15_360;
/** Milliseconds of one part. */
export const PART_MS = 320;
/** Parts of one LL-HLS partial segment: 0.96 s. */
export const PARTS_PER_HLS_PART = 3;
/** Parts of one HLS segment: 3.84 s. */
export const PARTS_PER_SEGMENT = 12;
/** Parts that an edge keeps in memory: 64 s. */
export const RING_PARTS = 200;

/** The program's encodings, in the order in which every list of blobs holds them. */
export const RENDITIONS = ["opus-48k", "opus-24k", "aac-64k"] as const;
/** One encoding of the program. */
export type Rendition = (typeof RENDITIONS)[number];

/** Whether `text` names a rendition. */
export const isRendition = (text: string): text is Rendition => (RENDITIONS as readonly string[]).includes(text);

/** The RFC 6381 `codecs` value of each rendition. */
export const CODECS: Readonly<Record<Rendition, string>> = {
  "opus-48k": "opus",
  "opus-24k": "opus",
  "aac-64k": "mp4a.40.2",
};
/** Peak bits a second of each rendition with its container, for HLS's BANDWIDTH. */
export const BANDWIDTH: Readonly<Record<Rendition, number>> = {
  "opus-48k": 64_000,
  "opus-24k": 36_000,
  "aac-64k": 80_000,
};
