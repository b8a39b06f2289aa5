"""OpenStack's Keystone: set up, started, and changed by its administrator. It must not know cph."""

import http.client
import json
import pathlib
import subprocess

from peer import WORK, Peer, port

HERE = pathlib.Path(__file__).parent
ADMIN = "admin-password-1"

# Three wrong passwords lock a user. Without its cache Keystone takes a second to check a token.
CONFIG = """
[DEFAULT]
use_stderr = true
[database]
connection = sqlite:///{folder}/database
[fernet_tokens]
key_repository = {folder}/fernet
[fernet_receipts]
key_repository = {folder}/fernet
[credential]
key_repository = {folder}/fernet
[cache]
enabled = true
backend = dogpile.cache.memory
[identity]
password_hash_rounds = 4
[auth]
methods = password,token,totp
[security_compliance]
lockout_failure_attempts = 3
"""


class Keystone:
    """`venv` is the folder of the Python that has Keystone."""

    def __init__(self, venv):
        self.venv = pathlib.Path(venv) / "bin"
        self.folder = WORK / "keystone"
        (self.folder / "fernet").mkdir(parents=True, mode=0o700)
        self.config = self.folder / "keystone.conf"
        self.config.write_text(CONFIG.format(folder=self.folder))
        command = [self.venv / "python", HERE / "keystone_setup.py", self.config, ADMIN]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise SystemExit(f"Keystone can't be set up\n{ended.stderr}")

    def serve(self):
        return Server(self).start()


class Server:
    """One process that serves it."""

    def __init__(self, keystone):
        self.port = port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = WORK / "keystone.requests"
        command = [keystone.venv / "python", HERE / "keystone_wsgi.py", self.port, self.log]
        self.peer = Peer("keystone", command, [self.port], env={"OS_KEYSTONE_CONFIG_FILES": str(keystone.config)})

    def start(self):
        self.peer.start()
        self.admin = ""
        self.admin = self.token("admin", ADMIN, {"project": {"name": "admin", "domain": {"id": "default"}}})
        return self

    def request(self, method, path, body=None, **headers):
        """Status, headers and document. With the administrator's token unless told otherwise."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {name.replace("_", "-"): text for name, text in headers.items()}
        headers = {"Content-Type": "application/json", "X-Auth-Token": self.admin, **headers}
        connection.request(method, path, json.dumps(body) if body else None, headers)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return response.status, response.headers, json.loads(text or "{}")

    def made(self, kind, **fields):
        """Makes a user, project or domain and gives its id."""
        status, _, document = self.request("POST", f"/v3/{kind}s", {kind: fields})
        if status != 201:
            raise SystemExit(f"Keystone answers {status}: {document}")
        return document[kind]["id"]

    def changed(self, method, path, body=None, **headers):
        status, _, document = self.request(method, path, body, **headers)
        if status not in (200, 204):
            raise RuntimeError(f"Keystone answers {status} to {method} {path}: {document}")

    def token(self, user, password, scope=None, domain="default"):
        person = {"name": user, "password": password, "domain": {"id": domain}}
        auth = {"identity": {"methods": ["password"], "password": {"user": person}}}
        status, headers, document = self.request(
            "POST", "/v3/auth/tokens", {"auth": {**auth, **({"scope": scope} if scope else {})}}
        )
        if status != 201:
            raise RuntimeError(f"Keystone answers {status}: {document}")
        return headers["X-Subject-Token"]

    def revoke(self, token):
        self.changed("DELETE", "/v3/auth/tokens", X_Subject_Token=token)

    def project_of(self, token):
        """The project of a token that is good, or None. The token asks about itself."""
        status, _, document = self.request("GET", "/v3/auth/tokens", X_Auth_Token=token, X_Subject_Token=token)
        return document["token"].get("project", {}).get("id", "") if status == 200 else None

    def logins(self, user):
        """The statuses of the logins of a user."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [status for method, path, status, name in lines if (method, name) == ("POST", user)]
