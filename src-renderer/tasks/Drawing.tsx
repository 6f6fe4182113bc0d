import { Eraser, ImageUp, Undo2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { announce } from '../app/announce.ts';
import { Button } from '../ui/Button.tsx';
import { InkPicture } from '../ui/InkPicture.tsx';
import styles from './Drawing.module.css';
import { DrawingArea } from './DrawingArea.tsx';
import { inkOfFile } from './inkOfFile.ts';
import type { InputProps } from './prepared.ts';
import { useSheet } from './useSheet.ts';

interface DrawingProps extends InputProps {
  readonly width: number;
  readonly height: number;
}

/** Draw by mouse, finger, pen or keyboard, or take a picture file; beside it, what the model will see. */
export function Drawing({ width, height, onChange }: DrawingProps) {
  const handle = useSheet(width, height, onChange);
  const file = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    setProblem(null);
    const ink = await inkOfFile(chosen, handle.sheet.width, handle.sheet.height);
    if (ink === null) return setProblem(`“${chosen.name}” is not a picture that can be read here. PNG and JPEG are.`);
    handle.replace(ink);
    announce('The picture was put on the drawing area.');
  };
  return (
    <div className={styles.drawing}>
      <DrawingArea handle={handle} />
      <div className={styles.side}>
        <div className={styles.seen}>
          {handle.seen === null ? (
            <span className={styles.blank}>The model sees nothing yet</span>
          ) : (
            <InkPicture width={width} height={height} ink={handle.seen} label="What the model sees" />
          )}
          {handle.seen !== null && <span>what the model sees</span>}
        </div>
        <div className={styles.tools}>
          <Button onClick={handle.undo} disabled={!handle.canUndo}>
            <Undo2 aria-hidden="true" />
            Undo
          </Button>
          <Button
            onClick={() => handle.replace(new Uint8Array(handle.sheet.ink.length))}
            disabled={handle.seen === null}
          >
            <Eraser aria-hidden="true" />
            Clear
          </Button>
          <Button onClick={() => file.current?.click()}>
            <ImageUp aria-hidden="true" />
            Use a picture
          </Button>
          <input
            ref={file}
            type="file"
            accept="image/*"
            aria-label="Picture file"
            className="vh"
            tabIndex={-1}
            onChange={(event) => {
              void take(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </div>
        {problem !== null && (
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
        )}
      </div>
    </div>
  );
}
