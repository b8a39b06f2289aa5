"""Serves Keystone's own WSGI application, and logs who asked for what: PORT LOG. For the Python that has Keystone."""

import json
import sys

# Keystone reads the command line, too.
port, log = sys.argv[1:]
del sys.argv[1:]

from keystone.wsgi.api import application  # noqa: E402
from waitress import serve  # noqa: E402


class Logged:
    """One line of JSON for each request: method, path, status, and the user's name for a login."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8", buffering=1)

    def __call__(self, environ, start_response):
        user = None
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] == "/v3/auth/tokens":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            user = json.loads(body)["auth"]["identity"].get("password", {}).get("user", {}).get("name")
            environ["wsgi.input"].seek(0)

        def logged(status, headers, exc_info=None):
            line = [environ["REQUEST_METHOD"], environ["PATH_INFO"], int(status[:3]), user]
            self.file.write(json.dumps(line) + "\n")
            return start_response(status, headers, exc_info)

        return application(environ, logged)


# Several threads would lock each other out of the one SQLite file, which Keystone answers with 500.
serve(Logged(log), host="127.0.0.1", port=int(port), threads=1)
