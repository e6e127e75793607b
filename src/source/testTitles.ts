/** Tests that are calls with a title, as in Vitest, Mocha, Jest and Playwright: `test("adds the prices", …)`. Pure. */

export interface TestTitle {
  readonly title: string;
  readonly line0: number;
}

/** With what stands between the word and the title: `test.only(`, `it.each([1, 2])(`. */
const call =
  /^[ \t]*(?:it|test|specify)(?:\.\w+(?:\([^()\n]*\))?)*[ \t]*\(\s*(?<quote>["'`])(?<title>(?:\\.|(?!\k<quote>)[^\\\n])*)\k<quote>/gmu;

/** From the top. Titles that are put together while the program runs are as they are written. */
export function listTestTitles(text: string): readonly TestTitle[] {
  const titles: TestTitle[] = [];
  let [at, line0] = [0, 0];
  for (const match of text.matchAll(call)) {
    for (let end = text.indexOf("\n", at); end >= 0 && end < match.index;) {
      line0 += 1;
      at = end + 1;
      end = text.indexOf("\n", at);
    }
    titles.push({ title: (match.groups?.["title"] ?? "").replace(/\\(.)/gu, "$1"), line0 });
  }
  return titles;
}
