/** The microphone: asked for, chosen, metered, watched. */

import { keep } from "../shared/link.ts";
import { Cell } from "./cell.ts";
import { levelOf } from "./level.ts";
import { type Trouble, troubleOf } from "./trouble.ts";

/** What became of the microphone. */
export type MicrophoneState =
  | { readonly is: "off" }
  | { readonly is: "asking" }
  /** `interrupted`: a phone call or the system holds it for now. */
  | { readonly is: "on"; readonly track: MediaStreamTrack; readonly device: string; readonly interrupted: boolean }
  | { readonly is: "trouble"; readonly trouble: Trouble };

/** A microphone or a loudspeaker that can be chosen. */
export interface Device {
  readonly id: string;
  readonly label: string;
}

const CHOICE_KEY = "odeon:microphone";
const METER_MS = 50;
const CHECK_MS = 5_000;

/** This device's microphone. Nothing leaves the browser by it alone. */
export class Microphone {
  readonly state = new Cell<MicrophoneState>({ is: "off" });
  readonly inputs = new Cell<readonly Device[]>([]);
  /** 0 to 1; what the microphone takes up now. */
  readonly level = new Cell(0);
  #context: AudioContext | null = null;
  #analyser: AnalyserNode | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #meter: ReturnType<typeof setInterval> | null = null;

  constructor() {
    (navigator.mediaDevices as MediaDevices | undefined)?.addEventListener("devicechange", () => void this.#listDevices());
  }

  /** Asks for a microphone; the last one chosen here where no `device` is named. */
  async open(device: string | null = keep.get(CHOICE_KEY)): Promise<void> {
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    const place = { secure: isSecureContext, capable: devices?.getUserMedia !== undefined && "RTCPeerConnection" in window };
    if (devices === undefined || !place.secure || !place.capable) {
      this.state.set({ is: "trouble", trouble: troubleOf(place, null) });
      return;
    }
    const before = this.state.value;
    if (before.is !== "on") this.state.set({ is: "asking" });
    try {
      const audio = {
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
        channelCount: 1,
        ...(device === null ? {} : { deviceId: { ideal: device } }),
      };
      const stream = await devices.getUserMedia({ audio });
      const [track] = stream.getAudioTracks();
      if (track === undefined) throw new DOMException("no track", "NotFoundError");
      this.#release();
      this.#watch(track);
      await this.#listDevices();
    } catch (error) {
      this.#release();
      this.state.set({ is: "trouble", trouble: troubleOf(place, error as DOMException) });
    }
  }

  /** Takes another microphone and remembers it. */
  async choose(device: string): Promise<void> {
    keep.set(CHOICE_KEY, device);
    await this.open(device);
  }

  /** Opens or closes the microphone without letting go of it. */
  enable(enabled: boolean): void {
    const state = this.state.value;
    if (state.is === "on") state.track.enabled = enabled;
  }

  close(): void {
    this.#release();
    this.state.set({ is: "off" });
  }

  /** Records five seconds, here and for this person only; gives them as a sound. @throws when the browser cannot record */
  async record(): Promise<AudioBuffer> {
    const state = this.state.value;
    if (state.is !== "on") throw new Error("no microphone");
    const recorder = new MediaRecorder(new MediaStream([state.track]));
    const pieces: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    recorder.start();
    setTimeout(() => recorder.state !== "inactive" && recorder.stop(), CHECK_MS);
    await stopped;
    return await this.#sound().decodeAudioData(await new Blob(pieces).arrayBuffer());
  }

  /** Plays a sound on this device; resolves at its end. */
  async play(buffer: AudioBuffer): Promise<void> {
    const context = this.#sound();
    await context.resume();
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    source.start();
    await new Promise((resolve) => source.addEventListener("ended", resolve, { once: true }));
  }

  /** Two short notes, to try the loudspeaker with. */
  async playNotes(): Promise<void> {
    const context = this.#sound();
    const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i++) {
      const at = i / context.sampleRate;
      const hertz = at < 0.5 ? 523.25 : 659.25;
      samples[i] = 0.2 * Math.sin(2 * Math.PI * hertz * at) * Math.min(1, (at % 0.5) * 50) * Math.exp(-4 * (at % 0.5));
    }
    await this.play(buffer);
  }

  #sound(): AudioContext {
    this.#context ??= new AudioContext();
    return this.#context;
  }

  #watch(track: MediaStreamTrack): void {
    const device = track.getSettings().deviceId ?? "";
    const tell = (): void => {
      if (isOf(this.state.value, track)) this.state.set({ is: "on", track, device, interrupted: track.muted });
    };
    this.state.set({ is: "on", track, device, interrupted: track.muted });
    track.addEventListener("mute", tell);
    track.addEventListener("unmute", tell);
    // Unplugged: another microphone is taken at once, and the page shows which.
    track.addEventListener("ended", () => {
      if (!isOf(this.state.value, track)) return;
      this.#release();
      this.state.set({ is: "trouble", trouble: "gone" });
      void this.open(null);
    });
    this.#listen(track);
  }

  #listen(track: MediaStreamTrack): void {
    const context = this.#sound();
    void context.resume();
    this.#analyser = new AnalyserNode(context, { fftSize: 2_048 });
    this.#source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) });
    this.#source.connect(this.#analyser);
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#meter = setInterval(() => {
      this.#analyser?.getFloatTimeDomainData(samples);
      // Falls slower than it rises, so that eyes can follow.
      this.level.set(Math.max(levelOf(samples), Math.floor(this.level.value * 90) / 100));
    }, METER_MS);
  }

  #release(): void {
    if (this.#meter !== null) clearInterval(this.#meter);
    this.#meter = null;
    this.#source?.disconnect();
    this.#source = null;
    this.level.set(0);
    if (this.state.value.is === "on") this.state.value.track.stop();
  }

  async #listDevices(): Promise<void> {
    const found = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const inputs = found.filter(({ kind, deviceId }) => kind === "audioinput" && deviceId !== "");
    this.inputs.set(inputs.map(({ deviceId, label }) => ({ id: deviceId, label })));
    const { state } = this;
    if (state.value.is === "trouble" && (state.value.trouble === "none" || state.value.trouble === "gone") && inputs.length > 0)
      await this.open(null);
  }
}

function isOf(state: MicrophoneState, track: MediaStreamTrack): boolean {
  return state.is === "on" && state.track === track;
}
