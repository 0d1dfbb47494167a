/** Oldest Node that Heddle runs on: major, minor. */
const NODE_MIN = [20, 19];

/** Something that the person at the terminal can mend; printed as its message alone. */
export class Problem extends Error {}

/** Runs a command of this folder: checks Node first, and turns problems into one sentence and a non-zero exit. */
export async function main(work) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
    console.error(
      `Heddle needs Node ${NODE_MIN.join('.')} or newer, and this is ${process.versions.node}: install a newer one from https://nodejs.org.`,
    );
    process.exit(1);
  }
  try {
    await work();
  } catch (error) {
    console.error(sentenceOf(error));
    process.exit(1);
  }
}

/** One sentence for problems that are known, the whole error for bugs. */
export function sentenceOf(error) {
  if (error instanceof Problem || ['LauncherError', 'ApiError'].includes(error?.name))
    return error.message;
  const known = {
    ENOSPC: 'The disk is full: free some space and start again',
    EDQUOT: 'The disk quota is used up: free some space and start again',
    EACCES:
      'Permission is denied: start Heddle as the user who owns this directory, or choose another place for its data with HEDDLE_DATA_DIR',
    EPERM:
      'Permission is denied: start Heddle as the user who owns this directory, or choose another place for its data with HEDDLE_DATA_DIR',
    EROFS: 'The file system is read-only: choose another place for the data with HEDDLE_DATA_DIR',
  }[error?.code];
  if (known) return `${known}${error.path ? ` (${error.path})` : ''}.`;
  return error?.stack ?? String(error);
}
