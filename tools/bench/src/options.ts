/** Everything that can be chosen with `--only`; those that are not default are only run when they are named or asked for. */
export const BENCHES = {
  floor: { isDefault: true },
  'chain-40': { isDefault: true },
  'fan-out-1000': { isDefault: true },
  'diamond-1000': { isDefault: true },
  trigger: { isDefault: true },
  'foreach-10000': { isDefault: false },
  soak: { isDefault: false },
  peers: { isDefault: false },
} as const;

/** Name of one benchmark, or of a group of rows. */
export type BenchName = keyof typeof BENCHES;

/** What a call of `npm run bench` asks for. */
export interface BenchOptions {
  chosen: ReadonlySet<BenchName>;
  soakMinutes: number;
}

const SOAK_MINUTES_DEFAULT = 15;
const SOAK_MINUTES_MAX = 7 * 24 * 60;

/** An argument that cannot be understood; the message is for the person who typed it. */
export class OptionsError extends Error {}

/**
 * Reads `--only a,b`, `--peers` and `--soak-minutes n`. A name may be shortened as far as it begins only one.
 * @throws {OptionsError} naming what was not understood and what is allowed.
 */
export function parseOptions(args: readonly string[]): BenchOptions {
  const names = Object.keys(BENCHES) as BenchName[];
  let chosen = new Set(names.filter((name) => BENCHES[name].isDefault));
  const added = new Set<BenchName>();
  let soakMinutes = SOAK_MINUTES_DEFAULT;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--peers') added.add('peers');
    else if (arg === '--only')
      chosen = new Set(
        valueOf(args, ++i, arg)
          .split(',')
          .map((given) => nameOf(given, names)),
      );
    else if (arg === '--soak-minutes') {
      soakMinutes = Number(valueOf(args, ++i, arg));
      if (!(soakMinutes > 0 && soakMinutes <= SOAK_MINUTES_MAX))
        throw new OptionsError(`--soak-minutes must be a number up to ${SOAK_MINUTES_MAX}.`);
      added.add('soak');
    } else
      throw new OptionsError(
        `"${arg}" is not understood. There are --only ${names.join(',')}, --peers and --soak-minutes N.`,
      );
  }
  return { chosen: new Set([...chosen, ...added]), soakMinutes };
}

function valueOf(args: readonly string[], at: number, option: string): string {
  const value = args[at];
  if (!value) throw new OptionsError(`${option} needs a value.`);
  return value;
}

function nameOf(given: string, names: readonly BenchName[]): BenchName {
  const found = names.filter((name) => name.startsWith(given.trim()));
  const exact = found.find((name) => name === given.trim());
  if (exact) return exact;
  if (given.trim() && found.length === 1) return found[0]!;
  throw new OptionsError(`There is no benchmark "${given}". There are ${names.join(', ')}.`);
}
