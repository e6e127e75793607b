"""Reports that the office reads in the morning."""

import time

from funboost import boost, fct

from shop.settings import ShopParams


@boost(ShopParams(queue_name="shop_reports"))
def rebuild_report(name):
    fct.logger.info(f"rebuilding {name!r} from the first order on")
    for _ in range(600):
        time.sleep(1)
    return name
