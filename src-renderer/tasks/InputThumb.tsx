import { FileText, Grid3x3 } from 'lucide-react';
import { useMemo } from 'react';
import type { InputPreview } from '../../src-shared/domain/tasks.ts';
import { InkPicture } from '../ui/InkPicture.tsx';
import { fromBase64 } from './base64.ts';
import styles from './InputThumb.module.css';

/** What was put in, small: the drawing itself, or a sign for its kind. */
export function InputThumb({ input, size = 'small' }: { input: InputPreview | null; size?: 'small' | 'large' }) {
  const pixels = input?.kind === 'image' ? input.pixels : null;
  const ink = useMemo(() => (pixels === null ? null : fromBase64(pixels)), [pixels]);
  if (input?.kind === 'image' && ink !== null) {
    return (
      <InkPicture
        width={input.width}
        height={input.height}
        ink={ink}
        label="The drawing that was asked about"
        size={size}
      />
    );
  }
  const Sign = input?.kind === 'text' ? FileText : Grid3x3;
  return (
    <span className={styles.sign} aria-hidden="true">
      <Sign />
    </span>
  );
}
