/** The page that `rlpa serve` shows: a chat with the profile beside it, and the training runs. */
import { render } from 'preact';
import { App } from './app.tsx';
import { start } from './visit.ts';

const place = document.getElementById('page');
if (place !== null) render(<App />, place);
void start();
