"""Where Funboost finds its broker and its result store; it reads this file by its name."""

import os

from funboost.utils.simple_data_class import DataClassBase


class BrokerConnConfig(DataClassBase):
    MONGO_CONNECT_URL = os.environ.get("SHOP_MONGO_URL", "mongodb://127.0.0.1:27017")
    SQLLITE_QUEUES_PATH = os.environ.get("SHOP_QUEUES", "./queues")


class FunboostCommonConfig(DataClassBase):
    TIMEZONE = "UTC"
    SHOW_HOW_FUNBOOST_CONFIG_SETTINGS = False
