import grpc
import ledger_pb2
import ledger_pb2_grpc


class Books:
    def __init__(self, port):
        self._stub = ledger_pb2_grpc.LedgerStub(grpc.insecure_channel(f"127.0.0.1:{port}"))

    def book(self, account, cents):
        return self._stub.AddEntry(ledger_pb2.Entry(account=account, cents=cents))

    def balance(self, account):
        entry = ledger_pb2.Entry(account=account)
        return self._stub.GetBalance(entry).balance

    def entries(self, account):
        return list(self._stub.ListEntries(ledger_pb2.Entry(account=account)))

    def close(self, account):
        self._stub.CloseAccount(
            ledger_pb2.Entry(account=account),
        )


def run(port):
    books = Books(port)
    books.book("ann", 100)
    books.balance("ann")
    books.entries("ann")
    books.close("ann")
