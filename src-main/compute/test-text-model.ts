import type { BundledFile } from '../models/bundle.ts';
import { GraphBuilder } from '../models/onnx/graph.ts';
import type { ModelProto } from '../models/onnx/types.ts';
import { DATA_TYPE } from '../models/onnx/types.ts';
import { writeModel } from '../models/onnx/write.ts';

/** For tests only: text models of a few words, made here because nothing is downloaded. They know ten words and mean nothing. */
const WORDS = ['[UNK]', '[PAD]', '[EOS]', 'one', 'two', 'three', 'four', 'good', 'bad', 'day'];
const SIZE = WORDS.length;
const WIDTH = 4;

const json = (path: string, value: unknown): BundledFile => ({
  path,
  bytes: new TextEncoder().encode(JSON.stringify(value)),
});

function tokenizer(): BundledFile[] {
  const special = (id: number): object => ({
    id,
    content: WORDS[id],
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  return [
    json('tokenizer.json', {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [special(0), special(1), special(2)],
      normalizer: { type: 'Lowercase' },
      pre_tokenizer: { type: 'Whitespace' },
      post_processor: null,
      decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
      model: { type: 'WordLevel', vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])), unk_token: '[UNK]' },
    }),
    json('tokenizer_config.json', {
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: 64,
      unk_token: '[UNK]',
      pad_token: '[PAD]',
      eos_token: '[EOS]',
    }),
  ];
}

/** Texts have any length: the shapes stay open, as exporters leave them. */
function open(model: ModelProto, output: string, last: readonly number[]): BundledFile {
  const value = (name: string, elemType: number, dims: ReadonlyArray<string | number>): object => ({
    name,
    type: {
      tensor: {
        elemType,
        shape: { dims: dims.map((dim) => (typeof dim === 'string' ? { param: dim } : { value: dim })) },
      },
    },
  });
  const graph = {
    ...model.graph,
    inputs: ['input_ids', 'attention_mask'].map((name) => value(name, DATA_TYPE.int64, ['batch', 'words'])),
    outputs: [value(output, DATA_TYPE.float32, ['batch', ...(last.length > 1 ? ['words'] : []), last.at(-1) ?? 1])],
  };
  return { path: 'onnx/model.onnx', bytes: writeModel({ ...model, graph } as ModelProto) };
}

/** Mean over the words of rows of a table: [batch, words] to [batch, width]. */
function mean(graph: GraphBuilder, table: readonly number[], width: number): string {
  const weights = graph.constant('float32', [SIZE, width], Float32Array.from(table));
  const rows = graph.op('Gather', [weights, 'input_ids'], {}, 'rows');
  const mask = graph.op('Unsqueeze', [
    graph.op('Cast', ['attention_mask'], { to: 1 }),
    graph.constant('int64', [1], [2]),
  ]);
  const axis = graph.constant('int64', [1], [1]);
  const sum = graph.op('ReduceSum', [graph.op('Mul', [rows, mask]), axis], { keepdims: 0 });
  return graph.op('Div', [sum, graph.op('ReduceSum', [mask, axis], { keepdims: 0 })]);
}

export function classifierFiles(): BundledFile[] {
  const graph = new GraphBuilder('classifier');
  const table = WORDS.flatMap((word) => (word === 'good' ? [0, 4] : word === 'bad' ? [4, 0] : [0, 0]));
  graph.op('Identity', [mean(graph, table, 2)], {}, 'logits');
  const config = {
    model_type: 'bert',
    architectures: ['BertForSequenceClassification'],
    id2label: { 0: 'bad', 1: 'good' },
  };
  return [json('config.json', config), ...tokenizer(), open(graph.build([], []), 'logits', [2])];
}

export function embedderFiles(): BundledFile[] {
  const graph = new GraphBuilder('embedder');
  const table = WORDS.flatMap((_, id) => Array.from({ length: WIDTH }, (__, at) => ((id * 7 + at * 3) % 11) - 5));
  const weights = graph.constant('float32', [SIZE, WIDTH], Float32Array.from(table));
  const mask = graph.op('Unsqueeze', [
    graph.op('Cast', ['attention_mask'], { to: 1 }),
    graph.constant('int64', [1], [2]),
  ]);
  graph.op('Mul', [graph.op('Gather', [weights, 'input_ids']), mask], {}, 'last_hidden_state');
  const config = { model_type: 'bert', architectures: ['BertModel'], hidden_size: WIDTH };
  return [json('config.json', config), ...tokenizer(), open(graph.build([], []), 'last_hidden_state', [0, WIDTH])];
}

/** Counts: after each word comes the next one, after "four" the end; after "day" always another "day". */
export function counterFiles(): BundledFile[] {
  const graph = new GraphBuilder('counter');
  const after = (word: string): string => {
    if (word === 'day') return 'day';
    return ['two', 'three', 'four'][['one', 'two', 'three'].indexOf(word)] ?? '[EOS]';
  };
  const table = WORDS.flatMap((word) => WORDS.map((next) => (next === after(word) ? 9 : 0)));
  const weights = graph.constant('float32', [SIZE, SIZE], Float32Array.from(table));
  graph.op('Gather', [weights, 'input_ids'], {}, 'logits');
  const config = {
    model_type: 'gpt2',
    architectures: ['GPT2LMHeadModel'],
    n_head: 1,
    n_layer: 1,
    n_embd: 4,
    vocab_size: SIZE,
    eos_token_id: 2,
    bos_token_id: 2,
  };
  return [json('config.json', config), ...tokenizer(), open(graph.build([], []), 'logits', [0, SIZE])];
}
