/** Real Chromium with a WAV as microphone, and an ear on everything that it plays. */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { amplitudeAt } from "./sound.ts";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--allow-loopback-in-peer-connection",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
];

/** A person's browser. */
export interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly close: () => Promise<void>;
}

/** Opens a browser with a fresh profile; with `microphone` (a WAV) it has one that plays that file in a loop. */
export async function openBrowser(
  options: { readonly microphone?: string; readonly phone?: boolean; readonly autoplay?: boolean; readonly flags?: readonly string[] } = {},
): Promise<Person> {
  const fake =
    options.microphone === undefined
      ? []
      : ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-audio-capture=${options.microphone}`];
  const autoplay = options.autoplay === false ? [] : ["--autoplay-policy=no-user-gesture-required"];
  const context = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), "odeon-profile-")), {
    executablePath: "/usr/bin/chromium",
    args: [...FLAGS, ...fake, ...autoplay, ...(options.flags ?? [])],
    ignoreDefaultArgs: ["--mute-audio"],
    viewport: options.phone === true ? { width: 390, height: 844 } : { width: 1280, height: 860 },
    ignoreHTTPSErrors: true,
  });
  await context.addInitScript(listenToEverything);
  const page = context.pages()[0] ?? (await context.newPage());
  return { context, page, close: () => context.close() };
}

/** Runs in the page before its own code: keeps every media element that plays, and switches off what would take a pure tone for noise. */
function listenToEverything(): void {
  const ears = window as unknown as { odeonEars: Set<HTMLMediaElement> };
  ears.odeonEars = new Set();
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement): Promise<void> {
    ears.odeonEars.add(this);
    return play.call(this);
  };
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return;
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (constraints) => {
    const audio = typeof constraints?.audio === "object" ? constraints.audio : {};
    return getUserMedia({ ...constraints, audio: { ...audio, echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  };
}

/** The last 0.68 s of what the page's playing media elements give to the speakers, full scale ±1 at 48 kHz. */
export async function heard(page: Page): Promise<Float32Array> {
  const samples = await page.evaluate(async () => {
    const w = window as unknown as {
      odeonEars: Set<HTMLMediaElement>;
      odeonTap?: { context: AudioContext; taps: Map<HTMLMediaElement, { source: MediaStream; track: string; node: AnalyserNode }> };
    };
    w.odeonTap ??= { context: new AudioContext({ sampleRate: 48_000 }), taps: new Map() };
    const { context, taps } = w.odeonTap;
    await context.resume();
    let fresh = false;
    for (const element of w.odeonEars) {
      const known = taps.get(element);
      const source =
        element.srcObject instanceof MediaStream
          ? element.srcObject
          : (known?.source ?? (element as unknown as { captureStream(): MediaStream }).captureStream());
      // Another recording in the same element brings another track.
      const track = source.getAudioTracks().at(-1)?.id;
      if (track === undefined || (known?.source === source && known.track === track)) continue;
      const node = new AnalyserNode(context, { fftSize: 32_768 });
      new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream(source.getAudioTracks().slice(-1)) }).connect(node);
      taps.set(element, { source, track, node });
      fresh = true;
    }
    if (fresh) await new Promise((resolve) => setTimeout(resolve, 900));
    const sum = new Float32Array(32_768);
    const one = new Float32Array(32_768);
    for (const [element, { node }] of taps) {
      if (element.paused || element.muted) continue;
      node.getFloatTimeDomainData(one);
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (one[i] ?? 0);
    }
    return Array.from(sum);
  });
  return Float32Array.from(samples);
}

/** Waits until `judge` holds for the amplitudes heard at `tones`; gives the last amplitudes. Throws after `seconds`. */
export async function untilHeard(
  page: Page,
  tones: readonly number[],
  judge: (amplitudes: readonly number[]) => boolean,
  seconds = 15,
): Promise<readonly number[]> {
  const end = Date.now() + seconds * 1000;
  let last: readonly number[] = [];
  while (Date.now() < end) {
    const samples = await heard(page);
    last = tones.map((hertz) => amplitudeAt(samples, hertz));
    if (judge(last)) return last;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`not heard within ${seconds} s: ${tones.map((hertz, i) => `${hertz} Hz at ${(last[i] ?? 0).toFixed(4)}`).join(", ")}`);
}
