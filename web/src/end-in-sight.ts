/**
 * Keeps the end of the conversation in sight while it grows, unless somebody reads further up; they stay there,
 * also after a look at another view, until they say something.
 */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Exchange } from './conversation.ts';

/** Pixels from the end within which a reader is taken to follow it. */
const nearEnd = 80;

const reading = { followsEnd: true, top: 0, last: 0 };

/** What scrolls: the conversation, or on a low screen the page as a whole. */
function findScroller(part: HTMLElement): Element {
  return getComputedStyle(part).overflowY === 'visible' ? document.documentElement : part;
}

/** Watches the part of the page that holds the conversation, whose last exchange is given. */
export function useEndInSight(last: Exchange | undefined): RefObject<HTMLDivElement | null> {
  const part = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = part.current;
    if (element === null) return;
    const scroller = findScroller(element);
    if (!reading.followsEnd) scroller.scrollTop = reading.top;
    const note = (): void => {
      const { scrollHeight, scrollTop, clientHeight } = findScroller(element);
      reading.followsEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
      reading.top = scrollTop;
    };
    const turn = (): void => {
      if (reading.followsEnd) showEnd(element);
    };
    element.addEventListener('scroll', note);
    window.addEventListener('scroll', note);
    window.addEventListener('resize', turn);
    return (): void => {
      element.removeEventListener('scroll', note);
      window.removeEventListener('scroll', note);
      window.removeEventListener('resize', turn);
    };
  }, []);
  useEffect(() => {
    if (last !== undefined && last.id !== reading.last) {
      reading.followsEnd ||= last.state === 'writing';
      reading.last = last.id;
    }
    if (reading.followsEnd && part.current !== null) showEnd(part.current);
  }, [last]);
  return part;
}

function showEnd(part: HTMLElement): void {
  const scroller = findScroller(part);
  scroller.scrollTop = scroller.scrollHeight;
}
