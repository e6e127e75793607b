"""Pictures. This task is older than tracing in the shop: its results do not name a publisher."""

import time

from funboost import BoosterParams, boost

from shop.settings import keep_results


@boost(BoosterParams(queue_name="shop_images", function_result_status_persistance_conf=keep_results()))
def resize_image(path, width):
    time.sleep(0.25)
    return f"{path}@{width}"
