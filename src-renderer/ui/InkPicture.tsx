import { useEffect, useRef } from 'react';
import styles from './InkPicture.module.css';
import { paintInk } from './paintInk.ts';
import { useScheme } from './useScheme.ts';

interface InkPictureProps {
  readonly width: number;
  readonly height: number;
  readonly ink: Uint8Array;
  readonly label: string;
  readonly size?: 'small' | 'large';
}

/** A small picture of ink, pixel by pixel, as the model gets it. */
export function InkPicture({ width, height, ink, label, size = 'large' }: InkPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useScheme();
  useEffect(() => {
    if (canvas.current !== null) paintInk(canvas.current, ink);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new size or colour scheme clears the canvas
  }, [ink, width, height, scheme]);
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- painted pixel by pixel, there is no file to point at
      role="img"
      aria-label={label}
      className={`${styles.picture} ${styles[size]}`}
    />
  );
}
