import { byteSize, count } from '../../src-shared/domain/format.ts';
import { Field } from '../ui/Field.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { Inspection } from './Inspection.tsx';
import styles from './Models.module.css';
import { pathInFolder } from './modelFile.ts';
import type { ModelFiles } from './useModelFiles.ts';

interface Props {
  readonly from: 'file' | 'folder';
  readonly files: ModelFiles;
  readonly onChoose: (files: readonly File[]) => void;
}

const STAYS = 'Up to 268 MB a file. It stays on this machine until you offer it to others.';

/** The file or folder, and what is in it. */
export function ModelFilesField({ from, files: { files, problem, progress, inspection, error }, onChoose }: Props) {
  const folder = from === 'folder';
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const looking = files.length > 0 && problem === null && inspection === null && error === null;
  // React's types do not know the attribute; every browser that Folkmoot runs in does.
  const wholeFolder = folder ? { webkitdirectory: '' } : { accept: '.onnx' };
  return (
    <>
      <Field
        label={folder ? 'Folder with an ONNX file' : 'ONNX file'}
        hint={
          files.length === 0 ? STAYS : folder ? `${count(files.length, 'file')}, ${byteSize(size)}` : byteSize(size)
        }
        error={problem}
      >
        {(control) => (
          <input
            {...control}
            {...wholeFolder}
            type="file"
            required
            onChange={(event) => onChoose([...(event.target.files ?? [])])}
          />
        )}
      </Field>
      {folder && files.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long list scrolls, also by keyboard
        <ul className={styles.files} aria-label="Files of the folder" tabIndex={0}>
          {files.map((file) => (
            <li key={file.webkitRelativePath}>
              <span>{pathInFolder(file.webkitRelativePath)}</span>
              <span>{byteSize(file.size)}</span>
            </li>
          ))}
        </ul>
      )}
      {looking && <Skeleton lines={3} label={progress ?? 'The model is being looked at.'} />}
      <Trouble error={error} />
      {inspection !== null && <Inspection inspection={inspection} />}
    </>
  );
}
