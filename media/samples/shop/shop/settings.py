"""What all tasks of the shop have in common."""

from funboost import FunctionResultStatusPersistanceConfig
from traceside_funboost import TracedBoosterParams

REGION = "north"


class QueueNames:
    ORDERS = "shop_orders"
    PAYMENTS = "shop_payments"
    LABELS = "shop_labels"


def keep_results(collection=None):
    """A new object for every queue: Funboost writes the queue's collection into it."""
    return FunctionResultStatusPersistanceConfig(
        is_save_status=True, is_save_result=True, table_name=collection
    )


class ShopParams(TracedBoosterParams):
    """Every task keeps its result in MongoDB and knows which task published it."""

    concurrent_num: int = 4
    function_result_status_persistance_conf: FunctionResultStatusPersistanceConfig = keep_results()
