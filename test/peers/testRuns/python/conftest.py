pytest_plugins = ["traceside_pytest"]
