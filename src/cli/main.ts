#!/usr/bin/env node
/** Entry of the `rlpa` command: hands the arguments over and leaves with the right exit code. */
import { runCommandLine } from './run-command-line.ts';

await runCommandLine(process.argv.slice(2));
