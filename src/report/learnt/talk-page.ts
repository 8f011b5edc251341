/**
 * A few turns of one conversation, the profile beside them, as a page that holds nothing else: what a
 * picture of it is taken from. It is made of the same pieces, in the same style, as the report.
 */
import type { Episode } from '../../env/index.ts';
import { escapeHtml } from '../html.ts';
import type { Mark } from '../mark-turn.ts';
import { readAsset } from '../shell.ts';
import { describeTalk } from './describe-talk.ts';
import { renderLegend, renderTalk } from './render-pair.ts';

export type TalkPageOptions = {
  /** First turn that is shown, from 1. */
  readonly from: number;
  /** Last turn that is shown. */
  readonly to: number;
};

/** Composes the page; `#picture` is all there is on it. */
export function composeTalkPage(episode: Episode, { from, to }: TalkPageOptions): string {
  const turns = describeTalk(episode).turns.filter(({ number }) => number >= from && number <= to);
  const marks = new Set(turns.flatMap(({ kept }) => kept.map(({ mark }) => mark)));
  const legend: Mark[] = [...marks].filter((mark) => mark !== 'right');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(episode.id)}</title>
<style>${readAsset('page.css')}</style>
</head>
<body>
<div id="picture">${renderTalk(turns)}${legend.length === 0 ? '' : renderLegend(legend)}</div>
</body>
</html>
`;
}
