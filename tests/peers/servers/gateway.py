"""The service's gateway, played: it asks Keystone about every token, as the real one asks IAM."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from peer import port

REFUSED = (401, {"error_code": "APIGW.0301", "error_msg": "Incorrect IAM authentication information"})
FORBIDDEN = (403, {"error_code": "CPS.0001", "error_msg": "No permission for this project"})


class Gateway:
    def __init__(self, keystone):
        self.keystone, self.tokens, self.released = keystone, {}, set()
        # Who holds it holds up all answers.
        self.gate = threading.Lock()
        self.port = port()
        self.url = f"http://127.0.0.1:{self.port}"
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                status, document = gateway.answer(self.path, self.headers.get("X-Auth-Token", ""))
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def answer(self, path, token):
        """A job named `hold-…` runs until it is released."""
        _, _, project, _, _, job = path.split("/")
        with self.gate:
            own = self.keystone.project_of(token)
        if own is None:
            return REFUSED
        if own != project:
            return FORBIDDEN
        self.tokens[job] = token
        return 200, {"job_id": job, "status": 1 if job.startswith("hold-") and job not in self.released else 2}
