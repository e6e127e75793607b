/** Every receiver by its name: what it speaks, on which transport, and what else its port answers. */

import { readJaegerCall } from "../formats/jaeger/jaegerThrift.ts";
import type { ReceiverName } from "./collectorState.ts";
import { openOtlpGrpc } from "./grpc/otlpGrpc.ts";
import { openSkywalkingGrpc } from "./grpc/skywalkingGrpc.ts";
import { jaegerRoute } from "./http/jaegerRoute.ts";
import { openHttpReceiver } from "./http/openHttpReceiver.ts";
import { otlpRoutes } from "./http/otlpRoutes.ts";
import { plainSpansRoute } from "./http/plainSpansRoute.ts";
import type { Route } from "./http/route.ts";
import { skywalkingRoutes } from "./http/skywalkingRoutes.ts";
import { xraySamplingRoutes } from "./http/xraySampling.ts";
import { zipkinRoutes } from "./http/zipkinRoutes.ts";
import type { IngestTarget } from "./ingestTarget.ts";
import { ReceiveBudget } from "./receiveBudget.ts";
import { BindError } from "./receiver.ts";
import type { Opener, Openers } from "./receiverSet.ts";
import { openUdpReceiver, type DatagramReader } from "./udp/openUdpReceiver.ts";
import { readXrayDatagram } from "./udp/xrayDatagram.ts";

export interface OpenerOptions {
  readonly target: IngestTarget;
  /** The routes that can be read on OTLP's HTTP port. */
  readonly readRoutes: readonly Route[];
  readonly onBug: (error: unknown) => void;
}

/** Datagrams, with what the same port answers by HTTP; whoever holds that part already answers in its place. */
function withRules(datagrams: Opener, rules: Opener): Opener {
  return {
    ...datagrams,
    async open(port) {
      const receiver = await datagrams.open(port);
      const answering = await rules.open(receiver.port).catch(async (error: unknown) => {
        if (error instanceof BindError) return undefined;
        await receiver.close();
        throw error;
      });
      const close = async (): Promise<void> => {
        await Promise.all([receiver.close(), answering?.close()]);
      };
      return { ...receiver, close };
    },
  };
}

export function createOpeners({ target, readRoutes, onBug }: OpenerOptions): Openers {
  const budget = new ReceiveBudget();
  const http = (name: string, routes: readonly Route[]): Opener => ({
    transport: "tcp",
    open: port => openHttpReceiver({ name, port, routes, onBug, budget }),
  });
  const otlp = otlpRoutes(target);
  const udp = (name: string, read: DatagramReader): Opener => ({
    transport: "udp",
    open: port => openUdpReceiver({ name, port, target, read, onBug, budget }),
  });
  // Compact or binary on either port: clients disagree on which goes where.
  const jaegerUdp = udp("Jaeger UDP", readJaegerCall);
  return {
    otlpGrpc: {
      transport: "tcp",
      open: port => openOtlpGrpc({ name: "OTLP/gRPC", port, target, onBug, budget }),
      openExposed: (port, exposedAt) =>
        openOtlpGrpc({ name: "OTLP/gRPC", port, exposedAt, target, onBug, budget }),
    },
    otlpHttp: {
      ...http("OTLP/HTTP", [
        ...[...otlp, plainSpansRoute(target), ...skywalkingRoutes(target)],
        ...readRoutes,
      ]),
      // Who may send may not read.
      openExposed: (port, exposedAt) =>
        openHttpReceiver({ name: "OTLP/HTTP", port, exposedAt, routes: otlp, onBug, budget }),
    },
    zipkin: http("Zipkin", zipkinRoutes(target)),
    jaegerCompact: jaegerUdp,
    jaegerBinary: jaegerUdp,
    jaegerHttp: http("Jaeger HTTP", [jaegerRoute(target)]),
    skywalking: {
      transport: "tcp",
      open: port => openSkywalkingGrpc({ name: "SkyWalking", port, target, onBug, budget }),
    },
    xray: withRules(udp("X-Ray", readXrayDatagram), http("X-Ray", xraySamplingRoutes)),
  } satisfies Record<ReceiverName, Opener>;
}
