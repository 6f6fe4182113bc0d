import { trainDigitReader } from './digit-reader.ts';
import { trainLanguageGuesser } from './language-guesser.ts';
import { trainNumberOdds } from './number-odds.ts';
import { writeTrained, type Trained } from './write.ts';

const RECIPES: Readonly<Record<string, (progress: (line: string) => void) => Trained>> = {
  'digit-reader': trainDigitReader,
  'language-guesser': trainLanguageGuesser,
  'number-odds': trainNumberOdds,
};

const name = process.argv[2] ?? '';
const recipe = Object.hasOwn(RECIPES, name) ? RECIPES[name] : undefined;
if (recipe === undefined) {
  console.error(`usage: node build/models/train.ts <${Object.keys(RECIPES).join(' | ')}> [folder]`);
  process.exit(2);
}
const manifest = await writeTrained(recipe(console.log), process.argv[3]);
console.log(`${name}: ${manifest.file.bytes} bytes, sha256 ${manifest.file.digest}`);
