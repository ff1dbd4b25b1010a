/** A document's text cut anew, after a reader added mentions or took some away. */

import type { Content, Paragraph, Run } from "./payload";
import type { Alternative } from "./payload";

/** What a reader's corrections change in one document; mentions are numbered within it. */
export interface Changes {
  /** Every mention that was ever added, in the order of its number: start and end. */
  added: [start: number, end: number][];
  /** Mentions that are not there: added ones taken back, others whose room was taken. */
  gone: Set<number>;
  told: Map<number, { explanation: string; alternatives: Alternative[] }>;
}

interface Mark { start: number; end: number; mention: number }
interface Stretch { start: number; end: number; sentence: boolean }

/** Cut the paragraphs again at the mentions that remain. All offsets are code points. */
export function recut(content: Content, changes: Changes): Content {
  const known = content.spans.length / 2;
  const spans = [...content.spans, ...changes.added.flatMap(([start, end]) => [start, end - start])];
  const base = { ...content, spans };
  const { paragraphs, starts } = content;
  const isNew = (mention: number): boolean => mention >= known && !changes.gone.has(mention);
  if (!paragraphs || !starts) return base;
  const added: Mark[] = changes.added
    .map(([start, end], i) => ({ start, end, mention: known + i }))
    .filter(({ mention }) => isNew(mention));
  const marks: number[] = [];
  let mark = 0;
  let at = 0;
  const made = paragraphs.map((paragraph): Paragraph => {
    if (!Array.isArray(paragraph)) return paragraph;
    const start = starts[at++];
    const text = [...paragraph.flat().join("")];
    const held: Mark[] = [];
    const stretches: Stretch[] = [];
    let position = start;
    for (const run of paragraph) {
      const from = position;
      for (const [i, piece] of (typeof run === "string" ? [run] : run).entries()) {
        const end = position + [...piece].length;
        if (i % 2) {
          const mention = content.marks ? content.marks[mark] : mark;
          if (!changes.gone.has(mention)) held.push({ start: position, end, mention });
          mark++;
        }
        position = end;
      }
      stretches.push({ start: from, end: position, sentence: typeof run !== "string" });
    }
    const own = added.filter((one) => one.start >= start && one.end <= position);
    held.push(...own);
    held.sort((a, b) => a.start - b.start);
    marks.push(...held.map(({ mention }) => mention));
    const slice = (from: number, to: number): string => text.slice(from - start, to - start).join("");
    return withSentences(stretches, own, slice).map((stretch) => run(stretch, held, slice));
  });
  const behind = (content.behind ?? []).flatMap(([mention, before, words]): [number, number, string][] => {
    const now = marks.indexOf(content.marks ? content.marks[before] : before);
    return changes.gone.has(mention) || now < 0 ? [] : [[mention, now, words]];
  });
  return { ...base, paragraphs: made, marks, behind };
}

/** Let each added mention lie within one sentence: plain text is split, what it spans is joined. */
function withSentences(stretches: Stretch[], added: Mark[], slice: (from: number, to: number) => string): Stretch[] {
  let found = stretches;
  for (const mark of added) {
    const split = found.flatMap((one) =>
      !one.sentence && one.start < mark.end && mark.start < one.end ? around(one, mark, slice) : [one]);
    const touched = split.filter((one) => one.start < mark.end && mark.start < one.end);
    const joined = { start: touched[0].start, end: touched[touched.length - 1].end, sentence: true };
    found = [
      ...split.filter((one) => one.end <= joined.start),
      joined,
      ...split.filter((one) => one.start >= joined.end),
    ];
  }
  return found;
}

/** Split plain text before and after the sentences that a mention touches. */
function around(stretch: Stretch, mark: Mark, slice: (from: number, to: number) => string): Stretch[] {
  let start = stretch.start;
  let [from, to] = [stretch.start, stretch.end];
  for (const sentence of sentences(slice(stretch.start, stretch.end))) {
    const end = start + [...sentence].length;
    if (end <= mark.start) from = end;
    if (start >= mark.end) {
      to = start;
      break;
    }
    start = end;
  }
  const parts = [
    { start: stretch.start, end: from, sentence: false },
    { start: from, end: to, sentence: true },
    { start: to, end: stretch.end, sentence: false },
  ];
  return parts.filter((part) => part.end > part.start);
}

function sentences(text: string): string[] {
  // Not in every browser that opens the page; the paragraph then counts as one sentence.
  if (typeof Intl === "undefined" || !("Segmenter" in Intl)) return [text];
  return [...new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text)].map(({ segment }) => segment);
}

function run(stretch: Stretch, marks: Mark[], slice: (from: number, to: number) => string): Run {
  if (!stretch.sentence) return slice(stretch.start, stretch.end);
  const pieces: string[] = [];
  let position = stretch.start;
  for (const mark of marks) {
    if (mark.start < stretch.start || mark.end > stretch.end) continue;
    pieces.push(slice(position, mark.start), slice(mark.start, mark.end));
    position = mark.end;
  }
  return [...pieces, slice(position, stretch.end)];
}
