"""Two tasks of Funboost, one of them a method: what they were called with is written to a file."""

import json
import os

from funboost import BoosterParams, BrokerEnum, boost


def note(*call):
    with open(os.environ["RAN"], "a", encoding="utf-8") as file:
        file.write(json.dumps(call, ensure_ascii=False) + "\n")


@boost(BoosterParams(queue_name="again_orders", broker_kind=BrokerEnum.SQLITE_QUEUE))
def place_order(order_id, items, note_of=None):
    note("place_order", order_id, items, note_of)


class Mailer:
    @classmethod
    @boost(BoosterParams(queue_name="again_mail", broker_kind=BrokerEnum.SQLITE_QUEUE))
    def send(cls, to):
        note("send", to)
