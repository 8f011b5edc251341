/** One entry: its value, where it comes from, and what the person can do about it. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Entry } from '../../src/api/index.ts';
import { focusOn } from './focus-on.ts';
import { notBlank } from './not-blank.ts';
import { tellTime } from './profile-panel.tsx';
import { correct, corrected, correction, marks, pin, type Mark } from './profile.ts';
import { attempt, person } from './session.ts';
import { tellPlace } from './tell-change.ts';
import { forget } from './visit.ts';

const markWords: Readonly<Record<Mark['kind'], string>> = {
  new: 'new',
  revised: 'revised',
  confirmed: 'heard again',
};

/** For what has just come into the page. */
const takeFocus = (element: HTMLElement | null): void => element?.focus();

export function EntryCard({ entry }: { readonly entry: Entry }): JSX.Element {
  const isDeleting = useSignal(false);
  const begun = corrected.value?.id === entry.id ? correction.value : null;
  const past = useSignal<readonly Entry[] | null>(null);
  const mark = marks.value.get(entry.id);
  const place = tellPlace(entry.slot);
  const name = `${place}: ${entry.value}`;
  const quote = entry.evidence.at(-1);
  /** Goes back to the entry as it is shown, and to the button that led away from it. */
  const leave = (): void => {
    if (begun === null && !isDeleting.value) return;
    focusOn(`${isDeleting.value ? 'delete' : 'correct'}-${entry.id}`);
    isDeleting.value = false;
    if (begun !== null) correction.value = null;
  };
  const showPast = (isOpen: boolean): void => {
    if (!isOpen) return;
    void attempt(async () => {
      past.value = (await person().entryHistory(entry.id)).entries;
    });
  };
  return (
    <li
      class={`entry ${mark?.kind ?? ''}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape') leave();
      }}
    >
      <p class="what">
        <span class="slot">{place}</span> <strong dir="auto">{entry.value}</strong>
        {mark !== undefined && <mark>{markWords[mark.kind]}</mark>}
        {entry.pinned && <span class="tag">pinned</span>}
        {mark?.before != null && <span class="soft">{mark.before}</span>}
      </p>
      <p class="source">{tellSource(entry)}</p>
      {quote !== undefined && (
        <blockquote>
          <span dir="auto">{quote.quote}</span>{' '}
          <time dateTime={quote.said_at}>{tellTime(quote.said_at)}</time>
        </blockquote>
      )}
      {begun === null && !isDeleting.value && (
        <p class="actions">
          <button
            type="button"
            id={`correct-${entry.id}`}
            aria-label={`Correct ${name}`}
            onClick={() => (correction.value = entry)}
          >
            Correct
          </button>
          <button
            type="button"
            aria-label={`Pin ${name}`}
            aria-pressed={entry.pinned}
            onClick={() => void pin(entry)}
          >
            Pin
          </button>
          <button
            type="button"
            id={`delete-${entry.id}`}
            aria-label={`Delete ${name}`}
            onClick={() => (isDeleting.value = true)}
          >
            Delete
          </button>
        </p>
      )}
      {begun !== null && !isDeleting.value && (
        <form
          class="inline"
          onSubmit={(event) => {
            event.preventDefault();
            void correct(entry, begun.value).then((id) => {
              if (id === null) return;
              correction.value = null;
              focusOn(`correct-${id}`);
            });
          }}
        >
          <label>
            {place} is
            <input
              required
              maxLength={400}
              {...notBlank}
              dir="auto"
              value={begun.value}
              onInput={({ currentTarget: { value } }) => (correction.value = { ...begun, value })}
              autocomplete="off"
              ref={takeFocus}
            />
          </label>
          {begun.id !== entry.id && <p class="note">It has changed while you wrote.</p>}
          <button type="submit" class="primary">
            Save
          </button>
          <button type="button" onClick={leave}>
            Cancel
          </button>
        </form>
      )}
      {isDeleting.value && (
        <p class="actions">
          Deleted for good, with its history and the messages it came from.
          <button
            type="button"
            class="bad"
            onClick={() => void forget(entry).then(() => focusOn('profile-title'))}
          >
            Delete for good
          </button>
          <button type="button" ref={takeFocus} onClick={leave}>
            Keep
          </button>
        </p>
      )}
      <details class="past" onToggle={(event) => showPast(event.currentTarget.open)}>
        <summary>
          Why, and what was before<span class="unseen">: {name}</span>
        </summary>
        <ol>
          {(past.value ?? [entry]).map((each) => (
            <li key={each.id}>
              <strong dir="auto">{each.value}</strong> {tellTime(each.valid_from)} to{' '}
              {each.valid_to === null ? 'now' : tellTime(each.valid_to)}, {tellSource(each)}
              {each.evidence.map(({ quote: words, said_at: at }) => (
                <q key={at} dir="auto">
                  {words}
                </q>
              ))}
            </li>
          ))}
        </ol>
      </details>
    </li>
  );
}

function tellSource({ source, status, model, confidence }: Entry): string {
  if (source === 'person') return 'you wrote this';
  if (source === 'import') return 'imported';
  const how = status === 'stated' ? 'you said this' : 'read out of what you said';
  return `${how}; noted by ${model ?? 'the model'}, ${Math.round(confidence * 100)} % sure`;
}
