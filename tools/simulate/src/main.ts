import { runSeeds, parseArguments } from './simulate.js';

const parsed = parseArguments(process.argv.slice(2));
if (typeof parsed === 'string') {
  console.error(parsed);
  process.exitCode = 2;
} else {
  process.exitCode = await runSeeds(parsed, (line) => console.log(line));
}
