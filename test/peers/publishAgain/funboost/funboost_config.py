"""Where Funboost finds its broker; it reads this file by its name."""

import os

from funboost.utils.simple_data_class import DataClassBase


class BrokerConnConfig(DataClassBase):
    SQLLITE_QUEUES_PATH = os.environ["QUEUES"]


class FunboostCommonConfig(DataClassBase):
    TIMEZONE = "UTC"
    SHOW_HOW_FUNBOOST_CONFIG_SETTINGS = False
