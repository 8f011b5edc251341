/**
 * The one place where text leaves for the terminal.
 *
 * Much of it was written by others: personas, replies of models, names of files. Characters that would
 * steer the terminal (escape sequences, carriage returns, marks that reorder a line) are shown as
 * `\u001b` instead of obeyed. Inside JSON that is the same text, so piped results lose nothing.
 */

/** Steers a terminal: C0 but tab and line feed, delete, C1, and the marks that change the direction. */
const steering =
  // eslint-disable-next-line no-control-regex -- these are the characters that are looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Shows the characters that steer a terminal as `\uXXXX`. */
export function showControls(text: string): string {
  return text.replace(
    steering,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Writes results. */
export function writeOutput(text: string): void {
  process.stdout.write(showControls(text));
}

/** Writes what a person should know: progress, notices, failures. */
export function writeNotice(text: string): void {
  process.stderr.write(showControls(text));
}
