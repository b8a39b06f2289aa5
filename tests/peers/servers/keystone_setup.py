"""Makes Keystone's database, keys and administrator: CONFIG PASSWORD. For the Python that has Keystone.

What `keystone-manage` does three times, in one process: to load Keystone costs more than the work.
"""

import sys

import keystone.conf
from keystone.cmd import cli

config, password = sys.argv[1:]
for arguments in (
    ("db_sync",),
    ("fernet_setup", "--keystone-user", "root", "--keystone-group", "root"),
    ("bootstrap", "--bootstrap-password", password),
):
    cli.main(["keystone-manage", "--config-file", config, *arguments])
    keystone.conf.CONF.reset()
