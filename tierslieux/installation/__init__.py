"""Set-up of a machine and of the site on it: system packages, private PostgreSQL cluster, first load, diagnosis.

Nothing here may import a third-party package at import time of this very module: `prepare.py` reads the package before
any virtual environment exists.
"""
