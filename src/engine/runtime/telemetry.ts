/**
 * Switches off what the native runtime would send.
 *
 * Since 1.30 its builds report sessions, models and errors to Microsoft, keep an id of the machine
 * under the home folder, and log into the folder for temporary files, unless this variable is set
 * before the library is loaded. It must be set in the main thread: a worker's variables are a copy
 * that native code does not see. Whoever wants it sets ORT_DISABLE_TELEMETRY=0.
 */
import { env } from 'node:process';

env['ORT_DISABLE_TELEMETRY'] ??= '1';
