"""Runs every task of the shop in this process."""

from funboost import BoostersManager, ctrl_c_recv

import shop.orders  # noqa: F401  declares all tasks by what it imports

if __name__ == "__main__":
    BoostersManager.consume_all_queues(block=False)
    ctrl_c_recv()
