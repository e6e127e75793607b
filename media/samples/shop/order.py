"""Places one order, as the shop's web page would."""

import sys

from shop.orders import place_order

if __name__ == "__main__":
    order_id = int(sys.argv[1]) if len(sys.argv) > 1 else 1042
    result = place_order.push(order_id, ["teapot", "cup", "kettle"], 87.5)
    print(f"task {result.task_id}")
