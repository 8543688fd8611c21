/**
 * An ear in a page: notes, sample by sample, when a tone begins in what the microphone gives or an element plays.
 *
 * Every page of the machine shares one clock, the wall clock that an audio worklet can read; every tap is the same chain
 * (MediaStreamTrack to worklet), so that what the chain itself takes cancels out of a difference of two onsets.
 */

import type { Page } from "playwright-core";
import type { Person } from "../../test/e2e/browser.ts";

/** The beginning of a tone after silence. */
export interface Onset {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly hertz: number;
}

interface Ears {
  readonly onsets: Record<string, Onset[]>;
  microphone: MediaStream | null;
  hear(name: string, stream: MediaStream): Promise<void>;
  /** Before it plays: everything that the element will ever give. */
  hearElement(name: string, element: HTMLMediaElement): Promise<void>;
}
/** What {@link prepareEars} leaves in a page. */
export type EarWindow = typeof window & { odeonEar: Ears; readonly odeonEars: Set<HTMLMediaElement> };

const WORKLET = `
  const LOUD = 0.05, QUIET_SAMPLES = 9600, PITCH_SAMPLES = 1440, OFFSET_SECONDS = 2;
  registerProcessor("odeon-ear", class extends AudioWorkletProcessor {
    quiet = 0; tone = null; filled = 0; startFrame = 0;
    offset = Infinity; lastOffset = Infinity; renewAt = 0;
    process([input]) {
      const behind = Date.now() - 1000 * currentTime;
      if (currentTime > this.renewAt) { this.lastOffset = this.offset; this.offset = Infinity; this.renewAt = currentTime + OFFSET_SECONDS; }
      this.offset = Math.min(this.offset, behind);
      const samples = input[0];
      if (samples === undefined) { this.quiet += 128; return true; }
      for (let i = 0; i < samples.length; i++) this.take(samples[i], currentFrame + i);
      return true;
    }
    take(sample, frame) {
      if (this.tone !== null) {
        this.tone[this.filled++] = sample;
        if (this.filled === PITCH_SAMPLES) this.tell();
        return;
      }
      if (Math.abs(sample) < LOUD) { this.quiet += 1; return; }
      if (this.quiet >= QUIET_SAMPLES) { this.tone = new Float32Array(PITCH_SAMPLES); this.filled = 0; this.startFrame = frame; }
      this.quiet = 0;
    }
    tell() {
      let first = -1, last = -1, cycles = -1;
      for (let i = 1; i < PITCH_SAMPLES; i++) {
        const [a, b] = [this.tone[i - 1], this.tone[i]];
        if (a >= 0 || b < 0) continue;
        last = i - b / (b - a);
        if (first < 0) first = last;
        cycles += 1;
      }
      const at = Math.min(this.offset, this.lastOffset) + (1000 * this.startFrame) / sampleRate;
      this.port.postMessage({ at, hertz: cycles > 0 ? (cycles * sampleRate) / (last - first) : 0 });
      this.tone = null;
    }
  });
`;

/** Gives every page of the browser ears from its next navigation on. */
export async function prepareEars(person: Person): Promise<void> {
  await person.context.addInitScript(growEars, WORKLET);
  await passPolicy(person.page);
}

/** Lets a page load the worklet, which its content security policy forbids. */
export async function passPolicy(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setBypassCSP", { enabled: true });
}

/** Listens to the page's microphone, as `name`. */
export async function hearMicrophone(page: Page, name: string): Promise<void> {
  await page.evaluate(async (name) => {
    const { odeonEar } = window as EarWindow;
    if (odeonEar.microphone === null) throw new Error("the page has no microphone");
    await odeonEar.hear(name, odeonEar.microphone);
  }, name);
}

/** Listens to the one element that plays in the page, as `name`. */
export async function hearPlayed(page: Page, name: string): Promise<void> {
  await page.evaluate(async (name) => {
    const { odeonEar, odeonEars } = window as EarWindow;
    const element = [...odeonEars].findLast((one) => !one.paused) as (HTMLMediaElement & { captureStream(): MediaStream }) | undefined;
    if (element === undefined) throw new Error("nothing plays in the page");
    await odeonEar.hear(name, element.srcObject instanceof MediaStream ? element.srcObject : element.captureStream());
  }, name);
}

/** Everything heard so far as `name`. */
export function onsets(page: Page, name: string): Promise<readonly Onset[]> {
  return page.evaluate((name) => (window as EarWindow).odeonEar.onsets[name] ?? [], name);
}

/** Runs in the page before its own code. */
function growEars(worklet: string): void {
  let opened: Promise<AudioContext> | null = null;
  const open = async (): Promise<AudioContext> => {
    const context = new AudioContext({ sampleRate: 48_000 });
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: "text/javascript" })));
    await context.resume();
    return context;
  };
  const ears: Ears = {
    onsets: {},
    microphone: null,
    hear: async (name, stream) => listen(name, (context) => new MediaStreamAudioSourceNode(context, { mediaStream: stream })),
    hearElement: async (name, element) => listen(name, (context) => new MediaElementAudioSourceNode(context, { mediaElement: element })),
  };
  async function listen(name: string, source: (context: AudioContext) => AudioNode): Promise<void> {
    opened ??= open();
    const context = await opened;
    ears.onsets[name] = [];
    const node = new AudioWorkletNode(context, "odeon-ear", { channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = ({ data }) => ears.onsets[name]?.push(data as Onset);
    // A node that leads nowhere is not run.
    const nowhere = new GainNode(context, { gain: 0 });
    source(context).connect(node).connect(nowhere).connect(context.destination);
  }
  (window as unknown as EarWindow).odeonEar = ears;
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return;
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    ears.microphone = await getUserMedia(constraints);
    return ears.microphone;
  };
}
