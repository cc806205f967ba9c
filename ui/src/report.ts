import type { PlacesView } from './generated/types';

/** What became of each saved sign-in, for who helps: ids in place of sentences, so the same in every language; no secret. */
export function report(places: PlacesView, supportCode: string | null, system: string): string {
  const head = [
    `latchkey: ${places.version}`,
    `system: ${plain(system)}`,
    `changed: ${places.changed_at ?? '-'}`,
    `support code: ${supportCode ?? '-'}`,
    `left: ${places.left ? 'yes' : 'no'}`,
  ];
  const rows = places.rows.map(({ copy, outcome }) =>
    line([copy.place, outcome ?? copy.standing, copy.label, copy.target, copy.user]),
  );
  const missing = places.missing.map(({ place, name, error, locked }) =>
    line([place, error ?? (locked ? 'locked' : null), name]),
  );
  return [...head, '', ...rows, ...missing, ''].join('\n');
}

const line = (parts: (string | null)[]): string => parts.map((part) => plain(part ?? '') || '-').join(' | ');

/** Other programs have written it: whatever ends a line or is not seen would be taken for ours. */
const plain = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
