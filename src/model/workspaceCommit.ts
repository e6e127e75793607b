/** At which commit a workspace was when a trace came in. Pure. */

export interface WorkspaceCommit {
  /** The folder of the repository. */
  readonly root: string;
  /** The whole hash. */
  readonly commit: string;
  /** Whether a file that git tracks was changed and not committed; absent where nobody could tell. */
  readonly isDirty?: boolean;
}

/** When repositories changed, by the numbers that a store gives its traces in the order in which they come. */
export interface CaptureLog {
  /** By repository, and then by trace: from that trace on. Without a commit nothing is known from there on. */
  readonly marks: readonly (Partial<WorkspaceCommit> & {
    readonly root: string;
    readonly firstTrace: number;
  })[];
  /** Traces that did not come in when they got their numbers, both ends among them; ascending. */
  readonly copied: readonly { readonly first: number; readonly last: number }[];
}

/** Returns the commit of one of these repositories, the first of which there is any. */
export function findCommit(
  commits: readonly WorkspaceCommit[] | undefined,
  roots: readonly string[],
): WorkspaceCommit | undefined {
  return roots
    .map(root => commits?.find(each => each.root === root))
    .find(each => each !== undefined);
}

/** Whether the code was surely another: another commit, or with changes where the other had none. */
export function isOtherCode(one: WorkspaceCommit, other: WorkspaceCommit): boolean {
  if (one.root !== other.root) return false;
  if (one.commit !== other.commit) return true;
  return one.isDirty !== undefined && other.isDirty !== undefined && one.isDirty !== other.isDirty;
}
