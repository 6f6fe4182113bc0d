import { useCallback, useRef, useState } from 'react';
import { normaliseDrawing, DRAWING_SIDE } from '../../src-shared/domain/drawing.ts';
import { toBase64 } from './base64.ts';
import type { Prepared } from './prepared.ts';
import { blankSheet, isBlank, scaleFor, shrink, type Sheet } from './sheet.ts';

const UNDO_STEPS = 30;

export interface SheetHandle {
  readonly sheet: Sheet;
  readonly scale: number;
  /** Counts the changes, so that canvases paint again. */
  readonly version: number;
  readonly canUndo: boolean;
  /** What the model will get; null while the sheet is empty. */
  readonly seen: Uint8Array | null;
  /** Call before the first change of a gesture. */
  readonly begin: () => void;
  readonly touch: () => void;
  /** Call after the last change of a gesture. */
  readonly end: () => void;
  readonly undo: () => void;
  readonly replace: (ink: Uint8Array) => void;
}

/** The drawing, its undo steps, and what becomes of it. */
export function useSheet(width: number, height: number, onChange: (prepared: Prepared) => void): SheetHandle {
  const scale = scaleFor(width, height);
  const [sheet] = useState(() => blankSheet(width * scale, height * scale));
  const past = useRef<Uint8Array[]>([]);
  const [canUndo, setCanUndo] = useState(false);
  const [version, setVersion] = useState(0);
  const [seen, setSeen] = useState<Uint8Array | null>(null);

  const touch = useCallback(() => setVersion((version) => version + 1), []);
  const end = useCallback(() => {
    touch();
    if (isBlank(sheet)) {
      setSeen(null);
      onChange({ state: 'missing', why: 'Draw something first.' });
      return;
    }
    const digit = width === DRAWING_SIDE && height === DRAWING_SIDE;
    const pixels = digit ? normaliseDrawing(sheet.ink, sheet.width, sheet.height) : shrink(sheet, width, height);
    setSeen(pixels);
    onChange({ state: 'ready', input: { kind: 'image', pixels: toBase64(pixels) } });
  }, [sheet, width, height, onChange, touch]);
  const begin = useCallback(() => {
    past.current.push(sheet.ink.slice());
    if (past.current.length > UNDO_STEPS) past.current.shift();
    setCanUndo(true);
  }, [sheet]);
  const undo = useCallback(() => {
    const before = past.current.pop();
    if (before === undefined) return;
    setCanUndo(past.current.length > 0);
    sheet.ink.set(before);
    end();
  }, [sheet, end]);
  const replace = useCallback(
    (ink: Uint8Array) => {
      begin();
      sheet.ink.set(ink);
      end();
    },
    [begin, end, sheet],
  );
  return { sheet, scale, version, canUndo, seen, begin, touch, end, undo, replace };
}
