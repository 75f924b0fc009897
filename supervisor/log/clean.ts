import { stripVTControlCharacters } from 'node:util';

/** What others have written must not move the cursor about in our own lines. Of one line. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is meant
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, '�');
}
