import { expect, it } from "vitest";
import {
  findCommit,
  isOtherCode,
  type WorkspaceCommit,
} from "../../../src/model/workspaceCommit.ts";

const clean: WorkspaceCommit = { root: "/shop", commit: "a1", isDirty: false };
const dirty: WorkspaceCommit = { ...clean, isDirty: true };
const untold: WorkspaceCommit = { root: "/shop", commit: "a1" };

it.each<[string, WorkspaceCommit, WorkspaceCommit, boolean]>([
  ["another commit is other code", clean, { ...clean, commit: "b2" }, true],
  ["so is the commit before it was changed", dirty, clean, true],
  ["changes are not told apart", dirty, dirty, false],
  ["where nobody could tell of changes nothing is sure", untold, dirty, false],
  ["another repository says nothing", clean, { ...clean, root: "/mail", commit: "b2" }, false],
])("%s", (_, one, other, isOther) => {
  expect(isOtherCode(one, other)).toBe(isOther);
  expect(isOtherCode(other, one)).toBe(isOther);
});

it("takes the first of the workspace's own repositories, and no other's", () => {
  const mail = { ...clean, root: "/mail" };
  expect(findCommit([clean, mail], ["/mail", "/shop"])).toBe(mail);
  expect(findCommit([clean], ["/else"])).toBeUndefined();
  expect(findCommit(undefined, ["/shop"])).toBeUndefined();
});
