/** What the exit codes of `rlpa` mean; `--help` and docs/exit-codes.md say the same. */
export const exitCodes = {
  done: { code: 0, meaning: 'done' },
  fault: { code: 1, meaning: 'a fault of the program, or of the engine under it' },
  usage: { code: 2, meaning: 'wrong usage: a flag, a setting, a combination of them' },
  data: { code: 3, meaning: 'wrong data: a file, a folder, a checkpoint; or a disk that is full' },
  remote: { code: 4, meaning: 'a remote model failed, or its budget is spent' },
  interrupted: { code: 130, meaning: 'interrupted (Ctrl-C), what can be saved is saved' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

/** Renders the list for `--help`. */
export function renderExitCodes(): string {
  const lines = Object.values(exitCodes).map(
    ({ code, meaning }) => `  ${String(code).padEnd(3)}  ${meaning}`,
  );
  return ['Exit codes:', ...lines].join('\n');
}
