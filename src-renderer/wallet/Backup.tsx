import { useState } from 'react';
import { announce } from '../app/announce.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { BackupCheck } from './BackupCheck.tsx';
import { BackupPassphrase } from './BackupPassphrase.tsx';
import { BackupWords } from './BackupWords.tsx';

/** Passphrase, then the words, then three of them again: a backup nobody checked is none. */
export function Backup({ onClose }: { onClose: () => void }) {
  const [words, setWords] = useState<readonly string[] | null>(null);
  const [written, setWritten] = useState(false);
  const title =
    words === null ? 'Back up your wallet' : written ? 'Check three words' : `Write down these ${words.length} words`;
  return (
    <Dialog title={title} onClose={onClose}>
      {words === null ? (
        <BackupPassphrase onWords={setWords} onCancel={onClose} />
      ) : written ? (
        <BackupCheck
          total={words.length}
          onBack={() => setWritten(false)}
          onDone={() => {
            announce('Your words are backed up.');
            onClose();
          }}
        />
      ) : (
        <BackupWords words={words} onWritten={() => setWritten(true)} onCancel={onClose} />
      )}
    </Dialog>
  );
}
