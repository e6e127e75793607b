/**
 * Traces of the list that are dragged: VS Code opens them in the editor group, or beside it, on which they are dropped. It
 * does not see a drag that is over another page of ours, so the panel's page takes them itself.
 */

/** The data type that VS Code's editor groups read, as a list of uris in JSON. */
const RESOURCES = "ResourceURLs";
/** So that a page knows its own before it may read them. */
const OWN = "application/vnd.traceside.traces";

export interface DraggedTrace {
  readonly traceId: string;
  readonly uri?: string;
}

export function putTraces(data: DataTransfer, traces: readonly DraggedTrace[]): void {
  const uris = JSON.stringify(traces.flatMap(({ uri }) => uri ?? []));
  data.effectAllowed = "copyMove";
  data.setData(RESOURCES, uris);
  data.setData(OWN, uris);
  // Where only text can be dropped.
  data.setData("text/plain", traces.map(({ traceId }) => traceId).join("\n"));
}

export function takeDraggedTraces(page: Document, open: (uri: string) => void): void {
  const hover = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes(OWN) !== true) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  };
  page.addEventListener("dragenter", hover);
  page.addEventListener("dragover", hover);
  page.addEventListener("drop", event => {
    const text = event.dataTransfer?.getData(OWN);
    if (text === undefined || text === "") return;
    event.preventDefault();
    for (const uri of JSON.parse(text) as readonly string[]) open(uri);
  });
}
