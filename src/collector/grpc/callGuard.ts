/**
 * The guard for what gRPC's server leaves open: it holds any number of half-sent messages, for ever, and decompresses
 * all of them at once. Every call is guarded here: its bytes are counted into the budget of all receivers as they come,
 * its messages are decompressed in turn, and one that does not come in time is refused. A connection whose calls are
 * reset, or bring nothing, is closed.
 *
 * The server gives interceptors whole messages only, so that its stream is taken from a field that is not in its types;
 * the tests of half-sent messages fail where an update moves it.
 */

import { constants, type Http2Session, type ServerHttp2Stream } from "node:http2";
import {
  ServerInterceptingCall,
  type status as Status,
  type Metadata,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import { assert } from "../../base/assert.ts";
import type { ConnectionLimit } from "../connectionLimit.ts";
import { checkToken, TOKEN_HEADER } from "../exposure.ts";
import { ReceiverBusy, type ReceiveBudget, type Reservation } from "../receiveBudget.ts";

export interface CallGuardOptions {
  readonly budget: ReceiveBudget;
  readonly connections: ConnectionLimit;
  /** For each message, from the call or the message before on. */
  readonly messageTimeoutMs: number;
  /** That every call must show. */
  readonly token?: string;
  readonly toStatus: (error: unknown) => GrpcFailure;
}

export interface GrpcFailure {
  readonly code: Status;
  readonly details: string;
  readonly metadata?: Metadata;
}

/** Before its contents, a message has a mark and its length. */
const FRAME_BYTES = 5;
/** For the status to reach a sender that is still sending. */
const LINGER_MS = 100;
/** So many calls more than whole ones may one connection begin and reset, which costs its sender next to nothing. */
const MAX_IDLE_CALLS = 100;

/** The reservations of the budget that messages hold until who handles them lets go. */
export class MessageReservations {
  readonly #ofMessage = new WeakMap<Buffer, Reservation>();

  add(message: Buffer, reservation: Reservation): void {
    this.#ofMessage.set(message, reservation);
  }

  release(message: Buffer): void {
    this.#ofMessage.get(message)?.release();
  }
}

interface OpenCall {
  readonly stream: ServerHttp2Stream;
  incomingEncoding: string;
}

export function createCallGuard(
  options: CallGuardOptions,
  reservations: MessageReservations,
): ServerInterceptor {
  const { budget, connections, messageTimeoutMs, token, toStatus } = options;
  /** The calls of a connection that brought no message or were reset, less the others. */
  const idleCalls = new WeakMap<Http2Session, number>();
  const countCall = (session: Http2Session, isWhole: boolean): void => {
    const count = Math.max(0, (idleCalls.get(session) ?? 0) + (isWhole ? -1 : 1));
    idleCalls.set(session, count);
    if (count > MAX_IDLE_CALLS) session.destroy();
  };
  return (_method, call) => {
    const open = call as unknown as Partial<OpenCall>;
    const { stream } = open;
    assert(
      stream !== undefined && open.incomingEncoding !== undefined,
      "gRPC's calls have other fields",
    );
    const encoding = open.incomingEncoding;
    // Messages come as they are, and are decompressed below.
    open.incomingEncoding = "identity";
    const partial = budget.reserve();
    const waiting = new Set<Reservation>();
    let isRefused = false;
    let hasMessage = false;
    const refuse = (error: unknown): void => {
      if (isRefused) return;
      isRefused = true;
      call.sendStatus({ metadata: null, ...toStatus(error) });
      setTimeout(() => stream.close(), LINGER_MS);
    };
    let timer: NodeJS.Timeout | undefined;
    const expectMessage = (): void => {
      clearTimeout(timer);
      timer = setTimeout(
        () => refuse(new ReceiverBusy("a message did not come in time")),
        messageTimeoutMs,
      );
    };
    const socket = stream.session?.socket;
    if (socket !== undefined) connections.change(socket, 1);
    expectMessage();
    stream.on("data", (chunk: Buffer) => {
      try {
        partial.change(partial.bytes + chunk.length);
      } catch (error) {
        refuse(error);
      }
    });
    const { session } = stream;
    stream.once("close", () => {
      clearTimeout(timer);
      const isWhole = hasMessage && stream.rstCode === constants.NGHTTP2_NO_ERROR;
      if (session !== undefined && !isRefused) countCall(session, isWhole);
      partial.release();
      // Messages that nobody took up.
      for (const reservation of waiting) reservation.release();
      if (socket !== undefined) connections.change(socket, -1);
    });
    const take = async (message: Buffer): Promise<Buffer> => {
      const reservation = budget.reserve();
      waiting.add(reservation);
      partial.change(Math.max(0, partial.bytes - message.length - FRAME_BYTES));
      reservation.change(message.length);
      const isCompressed = encoding !== "identity" && looksCompressed(message, encoding);
      const plain = isCompressed
        ? Buffer.from(await budget.decompress(encoding, message, reservation))
        : message;
      reservations.add(plain, reservation);
      return plain;
    };
    return new ServerInterceptingCall(call, {
      start: next => {
        next({
          onReceiveMetadata: (metadata, pass) => {
            try {
              if (token !== undefined) checkToken(token, readToken(metadata));
              pass(metadata);
            } catch (error) {
              refuse(error);
            }
          },
          onReceiveMessage: (message: Buffer, pass) => {
            clearTimeout(timer);
            hasMessage = true;
            take(message).then(plain => {
              if (isRefused) return;
              expectMessage();
              pass(plain);
            }, refuse);
          },
          onReceiveHalfClose: pass => {
            clearTimeout(timer);
            pass();
          },
          onCancel: () => undefined,
        });
      },
    });
  };
}

function readToken(metadata: Metadata): string | undefined {
  const [shown] = [...metadata.get(TOKEN_HEADER), ...metadata.get("authorization")];
  return shown?.toString();
}

/** A call that compresses may send some messages as they are; no protobuf begins like gzip or zlib. */
function looksCompressed(message: Buffer, encoding: string): boolean {
  if (encoding === "gzip") return message[0] === 0x1f && message[1] === 0x8b;
  return encoding !== "deflate" || message[0] === 0x78;
}
