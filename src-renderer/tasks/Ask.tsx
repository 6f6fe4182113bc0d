import { useState } from 'react';
import { useSlice } from '../app/store.ts';
import { Empty } from '../ui/Empty.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import { count } from '../../src-shared/domain/format.ts';
import layout from '../ui/layout.module.css';
import { AskForm } from './AskForm.tsx';
import { ModelPicker } from './ModelPicker.tsx';
import { TaskList } from './TaskList.tsx';
import { isUnderWay } from './words.ts';

/** Ask the network: choose a model, put something in, see what it costs, ask. Below, what was asked before. */
export function Ask() {
  const models = useSlice('models');
  const asked = useSlice('tasks').filter((task) => task.role === 'asked');
  const usable = models.filter((model) => model.problem === null);
  const [chosen, choose] = useState<string | null>(null);
  const model = usable.find((model) => model.digest === chosen) ?? usable[0];
  const open = asked.filter(isUnderWay).length;
  return (
    <>
      <PageHead
        title="Ask the network"
        why={
          open === 0
            ? 'A machine that you do not know computes the answer and seals it on chain before it shows it. You see it at once; the money moves when it is final.'
            : `${count(open, 'ask')} of yours ${open === 1 ? 'is' : 'are'} under way. You can ask again meanwhile.`
        }
      />
      <div className={layout.stack}>
        {model === undefined ? (
          <Empty title="No model to ask yet">
            <p>Models appear once the node has started; you can also add one of your own under Work.</p>
            <a href="#/work">Go to Work</a>
          </Empty>
        ) : (
          <>
            <ModelPicker models={models} chosen={model.digest} onChoose={choose} />
            <AskForm key={model.digest} model={model} />
          </>
        )}
        <TaskList
          title="What you asked"
          whose="asked"
          tasks={asked}
          empty={
            <Empty title="Nothing asked so far">
              <p>Each ask stays here with its answer, what it cost and how it came about.</p>
            </Empty>
          }
        />
      </div>
    </>
  );
}
