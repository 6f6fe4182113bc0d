import { useEffect, useId, useRef, useState } from 'react';
import { announce } from '../app/announce.ts';
import { paintInk } from '../ui/paintInk.ts';
import { useScheme } from '../ui/useScheme.ts';
import styles from './Drawing.module.css';
import { stroke, type Point } from './sheet.ts';
import type { SheetHandle } from './useSheet.ts';

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The paper. Pointer: press and draw. Keyboard: arrows move, space puts or takes ink, shift and arrows draw. */
export function DrawingArea({ handle }: { handle: SheetHandle }) {
  const { sheet, scale, version, begin, touch, end } = handle;
  const id = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pen = useRef<Point | null>(null);
  const columns = sheet.width / scale;
  const rows = sheet.height / scale;
  const [cursor, setCursor] = useState({ x: Math.floor(columns / 2), y: Math.floor(rows / 2) });
  const scheme = useScheme();
  const radius = Math.max(1, Math.min(sheet.width, sheet.height) / 24);

  useEffect(() => {
    if (canvas.current !== null) paintInk(canvas.current, sheet.ink);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the sheet changes in place; version and colours repaint it
  }, [sheet, version, scheme]);

  const at = (event: { clientX: number; clientY: number }): Point => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return { x: 0, y: 0 };
    return {
      x: ((event.clientX - box.left) / box.width) * sheet.width,
      y: ((event.clientY - box.top) / box.height) * sheet.height,
    };
  };
  const drawTo = (to: Point): void => {
    stroke(sheet, pen.current ?? to, to, radius);
    pen.current = to;
    touch();
  };
  const middle = (cell: Point): Point => ({ x: (cell.x + 0.5) * scale, y: (cell.y + 0.5) * scale });
  const hasInk = (cell: Point): boolean =>
    (sheet.ink[Math.floor(middle(cell).y) * sheet.width + Math.floor(middle(cell).x)] ?? 0) > 100;

  const press = (event: React.KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = {
        x: Math.min(columns - 1, Math.max(0, cursor.x + step[0])),
        y: Math.min(rows - 1, Math.max(0, cursor.y + step[1])),
      };
      if (event.shiftKey) {
        begin();
        stroke(sheet, middle(cursor), middle(next), radius);
        end();
      }
      setCursor(next);
      announce(`row ${next.y + 1}, column ${next.x + 1}, ${hasInk(next) ? 'ink' : 'blank'}`);
    } else if (event.key === ' ') {
      event.preventDefault();
      const erase = hasInk(cursor);
      begin();
      stroke(sheet, middle(cursor), middle(cursor), radius, erase ? 0 : 255);
      end();
      announce(erase ? 'ink taken away' : 'ink');
    }
  };

  return (
    <div className={styles.paper}>
      <div className={styles.sheet}>
        <canvas
          ref={canvas}
          width={sheet.width}
          height={sheet.height}
          // oxlint-disable-next-line jsx-a11y/no-interactive-element-to-noninteractive-role -- takes keys and pointers itself
          role="application"
          aria-label="Drawing area"
          aria-describedby={id}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is drawn on by keyboard as well
          tabIndex={0}
          className={styles.canvas}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            begin();
            pen.current = null;
            drawTo(at(event));
          }}
          onPointerMove={(event) => {
            if (pen.current === null) return;
            for (const each of event.nativeEvent.getCoalescedEvents?.() ?? []) drawTo(at(each));
            drawTo(at(event));
          }}
          onPointerUp={() => {
            if (pen.current === null) return;
            pen.current = null;
            end();
          }}
          onPointerCancel={() => {
            pen.current = null;
            end();
          }}
          onKeyDown={press}
        />
        <span
          className={styles.cursor}
          aria-hidden="true"
          style={{
            left: `${((cursor.x + 0.5) / columns) * 100}%`,
            top: `${((cursor.y + 0.5) / rows) * 100}%`,
          }}
        />
      </div>
      <p id={id} className={styles.help}>
        Draw with mouse, finger or pen. By keyboard: arrows move, space puts or takes ink, shift and arrows draw.
      </p>
    </div>
  );
}
