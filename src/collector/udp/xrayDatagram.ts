/**
 * Datagrams of X-Ray's SDKs to its daemon: a header on a line of its own, and one segment, or one subsegment that was sent
 * before its segment ends.
 *
 *     {"format": "json", "version": 1}
 *     {"trace_id": "1-5759e988-bd862e3fe1be46a994272793", "id": "53995c3f42cd8ad8", "name": "shop", …}
 */

import { WireError } from "../../formats/encodings/protoReader.ts";
import { isXrayHeader, isXrayTrace, readXrayTraces } from "../../formats/products/xraySegments.ts";
import { isObject } from "../../formats/values/jsonObject.ts";
import { parseJsonDocument } from "../jsonBody.ts";
import type { DatagramReader } from "./openUdpReceiver.ts";

export const readXrayDatagram: DatagramReader = (datagram, target) => {
  const headerEnd = datagram.indexOf("\n");
  const header = parseJsonDocument(datagram.subarray(0, Math.max(headerEnd, 0)));
  if (!isObject(header) || !isXrayHeader(header)) {
    throw new WireError("no header of X-Ray's daemon");
  }
  const segment = parseJsonDocument(datagram.subarray(headerEnd + 1));
  if (!isObject(segment) || !isXrayTrace(segment)) throw new WireError("no segment of X-Ray");
  return readXrayTraces([segment], target);
};
