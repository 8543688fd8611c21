/** Level meters: they follow a cell without drawing the page again. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Cell } from "./cell.ts";
import { SOUND_LEVEL } from "./level.ts";

/** A bar that is as long as `read` says whenever `cell` changes. */
export function Meter<T>({
  cell,
  read,
  label,
}: {
  readonly cell: Cell<T>;
  readonly read: (value: T) => number;
  readonly label: string;
}): JSX.Element {
  const bar = useRef<HTMLDivElement>(null);
  const reader = useRef(read);
  reader.current = read;
  useEffect(() => {
    const draw = (): void => {
      const percent = Math.round(reader.current(cell.value) * 100);
      bar.current?.style.setProperty("--level", String(percent / 100));
      bar.current?.setAttribute("aria-valuenow", String(percent));
    };
    draw();
    return cell.watch(draw);
  }, [cell]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the meter element cannot be drawn as a bar of our colours in every browser
    <div class="meter" ref={bar} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0}>
      <i />
    </div>
  );
}

/** Whether a level is that of somebody who speaks. */
export const isSound = (level: number | undefined): boolean => (level ?? 0) >= SOUND_LEVEL;
