"""Books of a bank."""

from concurrent import futures

import grpc
import ledger_pb2
import ledger_pb2_grpc
from opentelemetry import trace
from recorder import here

tracer = trace.get_tracer("ledger")


class LedgerService(ledger_pb2_grpc.LedgerServicer):
    def AddEntry(self, request, context):
        here()
        with tracer.start_as_current_span("append entry"):
            return ledger_pb2.Answer(balance=request.cents)

    def GetBalance(self, request, context):
        here()
        return self._sum(request.account)

    def ListEntries(self, request, context):
        here()
        yield request

    def CloseAccount(self, request, context):
        here()
        with tracer.start_as_current_span("archive account"):
            return ledger_pb2.Answer()

    @tracer.start_as_current_span("sum entries")
    def _sum(self, account):
        here()
        return ledger_pb2.Answer(balance=len(account))


def serve(port):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    ledger_pb2_grpc.add_LedgerServicer_to_server(LedgerService(), server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return server
